import ArgumentParser
import ExplorerApp
import Models
import Sessions

struct SessionsEditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "edit", abstract: "Re-time, trim and join sessions; put marks and notes in.",
    discussion: """
      Changes are made in the order in which the options stand here. A PLACE is a time (12.5 or 1:30) or the title of a \
      mark. The version from before goes to the trash: 'sessions restore' brings it back.
      """)

  @Argument(help: "The session: a path, or a name in the sessions folder.")
  var file: String

  @Option(name: .shortAndLong, help: "Write to another file, and leave this one as it is.")
  var output: String?

  @Option(help: "Begin at PLACE; what was done before happens at once, so that the picture is the same.")
  var from: String?

  @Option(help: "End at PLACE.")
  var to: String?

  @Option(help: "Make it X times as fast.")
  var speed: Double?

  @Option(help: "Let no pause be longer than so many SECONDS.")
  var idle: Double?

  @Option(help: "Put another session after this one; may be repeated.")
  var join: [String] = []

  @Option(help: ArgumentHelp("Put a mark in; may be repeated.", valueName: "PLACE=TITLE"))
  var mark: [String] = []

  @Option(help: ArgumentHelp("Put a note in; may be repeated.", valueName: "PLACE=TEXT"))
  var note: [String] = []

  @Option(help: ArgumentHelp("Move a mark, a note or a question; may be repeated.", valueName: "PLACE=TITLE"))
  var move: [String] = []

  @Option(help: ArgumentHelp("Take a mark, a note or a question out; may be repeated.", valueName: "TITLE"))
  var remove: [String] = []

  @Option(help: "The title of the session.")
  var title: String?

  @Flag(help: "Compute everything, and write what came of it into the session, so that it can be checked.")
  var fingerprint = false

  @Option(help: "Use this model instead of the one that the session names.")
  var model: String?

  func validate() throws {
    if let speed, !(speed.isFinite && speed >= 0.001 && speed <= 1000) {
      throw ValidationError("--speed must lie between 0.001 and 1000")
    }
    if let idle, !(idle.isFinite && idle >= 0) { throw ValidationError("--idle must be seconds, from 0") }
    for option in mark + note + move where !option.contains("=") {
      throw ValidationError("\"\(option)\" must be PLACE=TEXT, such as 1:30=Padding")
    }
  }

  func run() throws {
    let path = SessionStore.resolve(file, in: SessionStore.ofUser)
    let before = try SessionDocument(reading: path)
    var document = before
    try change(&document)
    if fingerprint { document = try fingerprinted(document) }
    if let output {
      try document.write(to: output)
      try StandardStreams.say(output.singleLine)
    } else if document == before {
      try StandardStreams.say("\(path.singleLine): nothing changed")
    } else {
      let old = try document.replace(path, now: SessionStore.timestamp())
      try StandardStreams.say("\(path.singleLine); the version from before is \(old.singleLine)")
    }
  }

  private func change(_ document: inout SessionDocument) throws {
    if from != nil || to != nil {
      let start = try from.map { try SessionPlace($0).time(among: document.marks) } ?? 0
      let end = try to.map { try SessionPlace($0).time(among: document.marks) } ?? .infinity
      guard start <= end else { throw CommandError("--from lies after --to: nothing would be left") }
      document.trim(from: start, to: end)
    }
    if let speed { document.speedUp(by: speed) }
    if let idle { document.capIdle(at: idle) }
    for other in join {
      document.append(
        try SessionDocument(reading: SessionStore.resolve(other, in: SessionStore.ofUser)), pause: 1)
    }
    for option in mark {
      let (time, text) = try split(option, in: document)
      document.insertMark(text, at: time)
    }
    for option in note {
      let (time, text) = try split(option, in: document)
      document.insertNote(text, at: time)
    }
    for option in move {
      let (time, text) = try split(option, in: document)
      try document.moveRemark(text, to: time)
    }
    for text in remove { try document.removeRemark(text) }
    if let title { document.title = title }
  }

  /// PLACE=TEXT; `\n` in the text is a line break.
  private func split(_ option: String, in document: SessionDocument) throws -> (Double, String) {
    let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let text = parts.dropFirst().first.map(String.init) ?? ""
    let lines = text.split(separator: "\\n", omittingEmptySubsequences: false).joined(separator: "\n")
    return (try SessionPlace(String(parts[0])).time(among: document.marks), lines)
  }

  private func fingerprinted(_ document: SessionDocument) throws -> SessionDocument {
    let recorded = try document.session(name: file).header.model
    let model = try SourceLoader.load(recordedAs: recorded, insteadOfIt: model)
    var handler = EffectHandler(model: model, reference: document.modelName, training: .ofProgram, surveys: .ofProgram)
    var description = SessionModel(model.description, digest: model.weightsDigest())
    description.name = document.modelName
    SourceLoader.remember(model, digest: description.digest)
    return try document.fingerprinted(as: description, model: model.description) { try handler.answer($0) }
  }
}
