import ArgumentParser
import Exporting

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Look at the terminal, fonts, models, folders and processor, and say what to do about what is wrong.",
    discussion: """
      Each line says ok, limited (it works, with less), broken, or look (judge for yourself). The text can be pasted into a report \
      of a fault as it is: it names no person, no computer, no folder and no file of yours, only models. The exit status is 0 \
      whatever is found.
      """)

  @Flag(help: "Write JSON: an object with a list of findings.")
  var json = false

  func run() throws {
    let facts = DoctorFacts.gathered()
    let report = DoctorReport(version: programVersion, findings: facts.findings)
    let output = try StandardStreams.output()
    try output.append(json ? report.json.serialized(pretty: true) + "\n" : report.text)
    try output.finish()
  }
}
