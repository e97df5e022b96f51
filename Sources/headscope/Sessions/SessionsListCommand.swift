import ArgumentParser
import Exporting
import JSON
import Sessions
import Support

struct SessionsListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List the sessions of a folder.")

  @Argument(help: "The folder (default: the user's sessions).")
  var folder: String?

  @Option(help: "Only sessions with all of these words in title, name, model, marks, notes or sentences.")
  var search: String?

  @Flag(help: "List what was deleted, or replaced by an edited version.")
  var deleted = false

  @Flag(help: "Write JSON, one object a line.")
  var json = false

  func run() throws {
    guard let store = folder.map({ SessionStore(folder: $0) }) ?? SessionStore.ofUser
    else { throw CommandError("no home folder, and no folder named: headscope sessions list FOLDER") }
    let paths = deleted ? SessionTrash(folder: store.folder).items().map(\.path) : store.paths()
    let list = SessionList(scanning: paths)
    let found = search.map { search in list.summaries.filter { $0.matches(search) } } ?? list.summaries
    let output = try StandardStreams.output()
    if json {
      for summary in found { try output.append(json(of: summary)) }
    } else if found.isEmpty {
      let what = paths.isEmpty ? "no sessions in \(store.folder)" : "none of \(paths.count) sessions has these words"
      try output.append(what.singleLine + "\n")
    } else {
      try table(of: found).write(to: output)
    }
    try output.finish()
    for error in list.errors { StandardStreams.note(error.text) }
  }

  private func json(of summary: SessionSummary) -> String {
    let marks = summary.marks.map { JSONValue.object(["t": .number($0.time), "title": JSONValue($0.title)]) }
    let object: JSONValue = [
      "file": JSONValue(summary.path), "title": JSONValue(summary.header.title),
      "model": JSONValue(summary.header.model.name), "created": JSONValue(summary.header.created),
      "seconds": .number(summary.duration), "actions": .integer(summary.actions), "marks": .array(marks),
    ]
    return object.serialized() + "\n"
  }

  private func table(of summaries: [SessionSummary]) -> TextTable {
    var table = TextTable(columns: [
      .init("session", most: nil), .init("title"), .init("model"), .init("created"), .init("length", .trailing),
      .init("actions", .trailing), .init("marks", .trailing),
    ])
    for summary in summaries {
      table.add([
        summary.name, summary.header.title, summary.header.model.name, summary.header.created, clock(summary.duration),
        "\(summary.actions)", "\(summary.marks.count)",
      ])
    }
    return table
  }
}
