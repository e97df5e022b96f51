import ArgumentParser
import ExplorerApp
import Exporting
import Models
import Sessions
import Support

struct SessionsCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract:
      "Find the mistakes in a session file, compute the session anew, and print what differs from the recording.")

  @Argument(help: "The sessions: paths, or names in the sessions folder.")
  var files: [String]

  @Option(help: "Use this model instead of the one that the session names.")
  var model: String?

  @Flag(help: "Read the files only; compute nothing.")
  var fileOnly = false

  func run() throws {
    var isClean = true
    for file in files {
      let path = SessionStore.located(file)
      do {
        isClean = try check(path) && isClean
      } catch let error as any TextualError where files.count > 1 && !(error is OutputError) {
        // The others are still looked at.
        isClean = false
        try StandardStreams.say("\(path.singleLine): not checked: \(error.text.description.singleLine)")
      }
    }
    if !isClean { throw ExitCode.failure }
  }

  /// Whether the file has no mistakes and what is computed is what was recorded.
  private func check(_ path: String) throws -> Bool {
    guard try proofread(path) else { return false }
    if fileOnly { return true }
    let session = try SessionFile.read(path)
    let model = try SourceLoader.load(recordedAs: session.header.model, insteadOfIt: model)
    do { try CheckReport(session, path: path, model: model, .ofProcess).finish() } catch is ExitCode {
      return false
    }
    return true
  }

  /// Says what is wrong with the file itself; false where anything is.
  private func proofread(_ path: String) throws -> Bool {
    let reader = try SessionProofreader(reading: path)
    for problem in reader.problems {
      try StandardStreams.say(
        "\(path.singleLine): \(problem.kind == .mistake ? "" : "note: ")\(problem.description.singleLine)")
    }
    let mistakes = reader.problems.count { $0.kind == .mistake }
    if mistakes > 0 {
      try StandardStreams.say(
        "\(path.singleLine): \(mistakes == 1 ? "1 mistake" : "\(mistakes) mistakes"); nothing was computed")
    } else if fileOnly {
      try StandardStreams.say("\(path.singleLine): no mistakes")
    }
    return mistakes == 0
  }
}
