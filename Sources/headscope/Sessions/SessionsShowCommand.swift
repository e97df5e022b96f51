import ArgumentParser
import Exporting
import Models
import Sessions
import Support

struct SessionsShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show what happens in a session, an event a line.")

  @Argument(help: "The session: a path, a name in the sessions folder, or a lesson of the program.")
  var file: String

  func run() throws {
    let path = SessionStore.located(file)
    let session = try SessionFile.read(path)
    let header = session.header
    let output = try StandardStreams.output()
    try output.append("\(header.title.singleLine)\n")
    try output.append(
      "\(header.model.name.singleLine) (\(header.model.family.singleLine), \(header.model.layers) layers, \(header.model.heads) heads), "
        + "recorded \(header.created.singleLine) by headscope \(header.program.singleLine), \(clock(session.duration))\n"
    )
    for event in session.events {
      try output.append("\(seconds(event.time))  \(event.content.words.singleLine)\n")
    }
    try output.finish()
    for problem in session.problems { StandardStreams.note("\(path): \(problem.message)") }
  }

  private func seconds(_ time: Double) -> String {
    let tenths = Int(saturating: time * 10, rule: .toNearestOrAwayFromZero) ?? 0
    let text = "\(tenths / 10).\(tenths % 10)"
    return String(repeating: " ", count: max(8 - text.count, 0)) + text
  }
}
