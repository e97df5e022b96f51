import ArgumentParser
import Explorer
import Exporting
import JSON
import Sessions
import Support

struct SessionsGradeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grade", abstract: "Compare the guesses that viewers hand in with the answers of the lesson.",
    discussion: """
      Whoever answers questions of a lesson has a session of their own with the guesses in it; these are the FILES. The \
      lesson is the one that they say they left, among the sessions and the lessons of the program, or --lesson. Of several \
      guesses for a question the first one counts.
      """)

  @Argument(help: "The sessions that were handed in: paths, or names in the sessions folder.")
  var files: [String]

  @Option(help: .init("The session that asks (default: the one that each file says).", valueName: "file"))
  var lesson: String?

  @Flag(help: "Write JSON, one object a line, with every question.")
  var json = false

  func run() throws {
    let lessons = try Lessons(named: lesson)
    var table = TextTable(columns: [
      .init("student", most: nil), .init("lesson"), .init("right", .trailing), .init("wrong", .trailing),
      .init("missing", .trailing),
    ])
    let output = try StandardStreams.output()
    var failures: [MessageText] = []
    for file in files {
      do {
        let path = SessionStore.located(file)
        let session = try SessionFile.read(path)
        let (title, grading) = try lessons.grading(for: session, path)
        let marks = grading.marks(of: session)
        if json {
          try output.append(object(path, title, marks).serialized() + "\n")
        } else {
          table.add([Files.name(of: path), title, "\(marks.right)", "\(marks.wrong)", "\(marks.missing)"])
        }
      } catch let error as any TextualError where !(error is OutputError) {
        failures.append("not graded: " + error.text)
      }
    }
    if !json, failures.count < files.count { try table.write(to: output) }
    try output.finish()
    for failure in failures { StandardStreams.complain(failure) }
    if !failures.isEmpty { throw ExitCode.failure }
  }

  private func object(_ path: String, _ title: String, _ marks: [Grading.Mark]) -> JSONValue {
    let questions = marks.map { mark -> JSONValue in
      var members: [(JSONString, JSONValue)] = [("question", JSONValue(mark.question.text))]
      members.append(("guess", mark.guess.map(value) ?? .null))
      members.append(("right", mark.isRight.map { .bool($0) } ?? .null))
      return .object(JSONObject(members))
    }
    return [
      "file": JSONValue(path), "lesson": JSONValue(title), "right": .integer(marks.right),
      "wrong": .integer(marks.wrong), "missing": .integer(marks.missing), "questions": .array(questions),
    ]
  }

  private func value(_ guess: Guess) -> JSONValue {
    switch guess {
    case .cell(let query, let key): ["query": .integer(query), "key": .integer(key)]
    case .number(let number): .number(number)
    }
  }
}

/// The sessions that ask, by their titles.
private final class Lessons {
  private let chosen: (title: String, grading: Grading)?
  private lazy var paths: [String: String] = {
    let stores = [SessionStore.ofUser, SessionStore.ofProgram].compactMap { $0 }
    let summaries = stores.flatMap { SessionList(scanning: $0.paths()).summaries }
    // A session that was left for another one is no lesson of its title; the program's lessons come last and count.
    let lessons = summaries.filter { $0.header.forkedFrom == nil }
    return Dictionary(lessons.map { ($0.header.title, $0.path) }, uniquingKeysWith: { $1 })
  }()
  private var known: [String: Grading] = [:]

  init(named file: String?) throws {
    chosen = try file.map { file in
      let session = try SessionFile.read(SessionStore.located(file))
      return (session.header.title, Grading(session))
    }
  }

  func grading(for viewer: Session, _ path: String) throws -> (title: String, grading: Grading) {
    if let chosen { return chosen }
    guard let title = viewer.header.forkedFrom?.session else {
      throw SessionError("\(path) does not say which lesson it left; give it with --lesson")
    }
    if let grading = known[title] { return (title, grading) }
    guard let lesson = paths[title] else {
      throw SessionError("\(path): its lesson \"\(title)\" is not here; give it with --lesson")
    }
    let grading = Grading(try SessionFile.read(lesson))
    known[title] = grading
    return (title, grading)
  }
}
