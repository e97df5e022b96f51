import Activations
import ArgumentParser
import AttentionFiles
import Explorer
import ExplorerApp
import Exporting
import Pictures
import Sessions
import Support

struct OpenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "open", abstract: "Explore attention that was computed elsewhere, from a file.",
    discussion: """
      A .safetensors, .npz or .npy file holds attention probabilities: an export of headscope, one array [layers, heads, queries, keys], a \
      batch of them, or one array a layer. Tokens come from the file (metadata `tokens`, or `query_tokens` and `key_tokens`) or from \
      --tokens. docs/open.md has the lines of Python that save the attention of any model.

      With --view, a picture is written instead, without a terminal: .svg, .html, .ansi or .txt.
      """)

  @Argument(help: "The file.")
  var file: String

  @Option(help: .init("Which array, where the file holds several.", valueName: "name"))
  var array: String?

  @Option(
    help: .init(
      "A file with the tokens: a JSON list, or one a line. Named twice: those of the queries, then those of the keys.",
      valueName: "file"))
  var tokens: [String] = []

  @Option(help: "Record in FILE; a session that is there already is continued.")
  var session: String?

  @Flag(help: "Do not record this exploration.")
  var noRecord = false

  @Option(
    name: .shortAndLong, help: .init("With --view: the picture's file; '-' is standard output.", valueName: "file"))
  var output: String?

  @Option(
    help: .init("With --view: svg, html, ansi or txt (default: what the file's ending says).", valueName: "format"))
  var format: PictureFormat?

  @OptionGroup(title: "Pictures") var picture: PictureOptions

  func validate() throws {
    if session != nil, noRecord { throw ValidationError("--session and --no-record exclude each other") }
    if tokens.count > 2 { throw ValidationError("--tokens can stand twice at most: for the queries, and for the keys") }
    guard picture.view != nil else {
      if picture.isUsed || output != nil || format != nil { throw ValidationError("options of pictures need --view") }
      return
    }
    guard let output else { throw ValidationError("--view writes a picture: name its file with -o") }
    if resolvedFormat == nil {
      throw ValidationError("the ending of '\(output)' is none of .svg, .html, .ansi and .txt: add --format")
    }
    if session != nil { throw ValidationError("a picture is not recorded: leave out --session or --view") }
  }

  private var resolvedFormat: PictureFormat? { format ?? output.flatMap { PictureFormat(fileName: $0) } }

  func run() throws {
    if picture.view == nil { try FullScreen.requireTerminal() }
    let named = AttentionFileReference(file)
    let path = named?.path ?? file
    let array = array ?? named?.array
    // A file whose ending says nothing is looked into, too; it is called as it is named.
    let source = try AttentionFile(path, array: array, tokens: tokens.map { try TokenLists.read($0) })
    if let view = picture.view, let format = resolvedFormat, let output {
      for note in source.description.notes { StandardStreams.note("\(Files.name(of: path)): \(words: note)") }
      return try PictureExport(
        model: source, request: source.request, view: view, options: picture, format: format,
        destination: output == "-" ? .standardOutput : .path(output)
      ).run()
    }
    let surroundings = Surroundings.ofProcess
    let earlier = try RecordedExploration.earlier(in: session)
    let opening =
      try earlier.map {
        try Opening(
          continuing: $0, OpeningOptions(model: source.description.name, request: EncodeRequest(texts: [])),
          load: { _ in source })
      } ?? Opening(source)
    try MainActor.assumeIsolated {
      try RecordedExploration(
        opening: opening, title: Files.name(of: path), session: session, earlier: earlier, isRecorded: !noRecord,
        surroundings: surroundings
      ).run()
    }
  }
}
