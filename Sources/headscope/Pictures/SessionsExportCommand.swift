import ArgumentParser
import Canvas
import Explorer
import ExplorerApp
import Exporting
import Glibc
import Models
import Pictures
import Sessions
import Support

struct SessionsExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write a session as a terminal recording, a page to step through, or a picture.",
    discussion: """
      The session is computed anew at the size that is asked for. .cast is an asciicast, for asciinema; .html is a page that \
      needs no network, with the keys Left, Right and Space (and all pictures one below the other where scripts are switched \
      off; printed, it is a hand-out, one page a mark, with the answers on the last one); .svg, .ansi and .txt hold the picture at --at; \
      with --animated, .svg is the whole session, as a picture that moves.
      """)

  @Argument(help: "The session: a path, a name in the sessions folder, or a lesson of the program.")
  var file: String

  @Option(name: .shortAndLong, help: .init("The file; '-' is standard output.", valueName: "file"))
  var output: String

  @Option(help: .init("cast, html, svg, ansi or txt (default: what the file's ending says).", valueName: "format"))
  var format: Format?

  @OptionGroup var look: LookOptions

  @Option(help: .init("The version of asciicast: 2 or 3.", valueName: "version"))
  var castVersion: Asciicast.Version = .v2

  @Option(
    help: .init("Which picture: a mark's title, or a time such as 12.5 or 1:30 (default: the last).", valueName: "mark")
  )
  var at: String?

  @Flag(help: "With the words of the lesson, as a replay shows them (a recording always has them).")
  var notes = false

  @Flag(help: "All of the session as a picture that moves, for pages that run no scripts: .svg.")
  var animated = false

  @Option(help: .init("Shorten waits in a recording to at most N seconds.", valueName: "n"))
  var idle: Double?

  @Option(help: "Use this model instead of the one that the session names.")
  var model: String?

  @OptionGroup var memory: MemoryOption

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case cast, html, svg, ansi, txt

    /// Of a single picture; nil for a series of them.
    var ofPicture: PictureFormat? {
      switch self {
      case .cast, .html: nil
      case .svg: .svg
      case .ansi: .ansi
      case .txt: .txt
      }
    }
  }

  func validate() throws {
    guard let format = resolvedFormat else {
      throw ValidationError(
        output == "-"
          ? "standard output has no ending that says the format: add --format cast, html, svg, ansi or txt"
          : "the ending of '\(output)' is none of .cast, .html, .svg, .ansi and .txt: add --format")
    }
    if at != nil, format.ofPicture == nil { throw ValidationError("--at is for one picture: .svg, .ansi or .txt") }
    if animated, format != .svg || at != nil { throw ValidationError("--animated is for .svg, without --at") }
    if let idle, !(idle >= 0.05) { throw ValidationError("--idle must be at least 0.05 seconds") }
  }

  private var resolvedFormat: Format? {
    format ?? output.lastIndex(of: ".").flatMap { Format(rawValue: output[output.index(after: $0)...].lowercased()) }
  }

  func run() throws {
    guard let format = resolvedFormat else { return }
    let path = SessionStore.located(file)
    let session = try SessionFile.read(path)
    for problem in session.problems { StandardStreams.note("\(path): \(problem.message)") }
    let end = try at.map { try SessionPlace($0).time(among: session.marks) }
    let model = try SourceLoader.load(recordedAs: session.header.model, insteadOfIt: model)
    var film = try SessionFilm(
      session, model: model, appearance: look.appearance(animated ? nil : format.ofPicture), size: look.size,
      idle: idle,
      saysNotes: format == .cast || notes, training: .ofProgram, surveys: .ofProgram,
      mostProbabilities: memory.bytes, note: StandardStreams.note)
    let output = try OutputFile(self.output == "-" ? .standardOutput : .path(self.output), randomAccess: false)
    // Every picture is written as it comes: a long session has too many to keep.
    switch format {
    case .cast:
      var writer = AsciicastWriter(
        title: session.header.title, size: look.size, duration: SessionFilm.duration(of: session, idle: idle),
        version: castVersion, depth: look.depth, theme: look.theme)
      try output.append(writer.start)
      try film.play(to: .infinity) { try output.append(writer.text(of: $0)) }
      try output.append(writer.end())
    case .html:
      var writer = StepThroughWriter(title: session.header.title, size: look.size, theme: look.theme ?? .dark)
      try output.append(writer.start)
      try film.play(
        to: .infinity, show: { try output.append(writer.text(of: $0)) },
        sheet: { try output.append(writer.text(of: $0)) })
      try output.append(writer.end())
    case .svg where animated:
      var writer = AnimatedSVGWriter(title: session.header.title, size: look.size, theme: look.theme ?? .dark)
      try film.play(to: .infinity) { writer.add($0) }
      try output.append(writer.text(duration: SessionFilm.duration(of: session, idle: idle)))
    case .svg, .ansi, .txt:
      try film.play(to: end ?? .infinity) { _ in }
      try output.append(
        format.ofPicture?.text(film.canvas, theme: look.theme, depth: look.depth, title: session.header.title) ?? "")
    }
    try output.finish()
  }
}

extension Asciicast.Version: ExpressibleByArgument {
  /// The version of an option's value, 2 or 3; nil for any other text.
  public init?(argument: String) {
    guard let number = Int(decimal: argument), let version = Asciicast.Version(rawValue: number) else { return nil }
    self = version
  }

  /// How the help names a version that is a default.
  public var defaultValueDescription: String { "\(rawValue)" }
  /// The values that the option takes, as the help and completions list them.
  public static var allValueStrings: [String] { allCases.map { "\($0.rawValue)" } }
}
