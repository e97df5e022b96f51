import ArgumentParser
import Explorer
import JSON
import Models
import Sessions

struct SessionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sessions", abstract: "List, show and check recorded sessions.",
    subcommands: [SessionsListCommand.self, SessionsShowCommand.self, SessionsCheckCommand.self],
    defaultSubcommand: SessionsListCommand.self)
}

struct SessionsListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List the sessions of a folder.")

  @Argument(help: "The folder (default: the user's sessions).")
  var folder: String?

  @Flag(help: "Write JSON, one object a line.")
  var json = false

  func run() throws {
    guard let store = folder.map({ SessionStore(folder: $0) }) ?? SessionStore.ofUser
    else { throw CommandError("no home folder, and no folder named: headscope sessions list FOLDER") }
    var table = TextTable(columns: [
      .init("session"), .init("title"), .init("model"), .init("created"), .init("length", .trailing),
      .init("actions", .trailing),
    ])
    var isEmpty = true
    for path in store.paths() {
      let name = Files.name(of: path)
      do throws(SessionError) {
        let session = try SessionFile.read(path)
        let actions = session.events.count { if case .action = $0.content { true } else { false } }
        if json {
          print(
            JSONValue.object([
              "file": JSONValue(path), "title": JSONValue(session.header.title),
              "model": JSONValue(session.header.model.name), "created": JSONValue(session.header.created),
              "seconds": .number(session.duration), "actions": .integer(actions),
            ]).serialized())
        } else {
          isEmpty = false
          table.add([
            name, session.header.title, session.header.model.name, session.header.created,
            clock(session.duration), "\(actions)",
          ])
        }
      } catch {
        StandardStreams.note(error.description)
      }
    }
    guard !json else { return }
    print(isEmpty ? "no sessions in \(store.folder.singleLine)" : table.description, terminator: isEmpty ? "\n" : "")
  }
}

struct SessionsShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show what happens in a session, an event a line.")

  @Argument(help: "The session: a path, or a name in the sessions folder.")
  var file: String

  func run() throws {
    let path = SessionStore.resolve(file, in: SessionStore.ofUser)
    let session = try SessionFile.read(path)
    let header = session.header
    print("\(header.title.singleLine)")
    print(
      "\(header.model.name.singleLine) (\(header.model.family.singleLine), \(header.model.layers) layers, \(header.model.heads) heads), "
        + "recorded \(header.created.singleLine) by headscope \(header.program.singleLine), \(clock(session.duration))")
    for event in session.events { print("\(seconds(event.time))  \(event.content.words.singleLine)") }
    for problem in session.problems { StandardStreams.note("\(path): \(problem)") }
  }

  private func seconds(_ time: Double) -> String {
    let tenths = Int((time * 10).rounded())
    let text = "\(tenths / 10).\(tenths % 10)"
    return String(repeating: " ", count: max(8 - text.count, 0)) + text
  }
}

struct SessionsCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Compute a session anew and print what differs from the recording.")

  @Argument(help: "The sessions: paths, or names in the sessions folder.")
  var files: [String]

  @Option(help: "Use this model instead of the one that the session names.")
  var model: String?

  func run() throws {
    var isClean = true
    for file in files {
      let path = SessionStore.resolve(file, in: SessionStore.ofUser)
      let session = try SessionFile.read(path)
      let model = try Model.load(try ModelLocator.current.locate(model ?? session.header.model.name))
      do { try CheckReport(session, path: path, model: model).finish() } catch is ExitCode { isClean = false }
    }
    if !isClean { throw ExitCode.failure }
  }
}

/// Minutes and seconds.
private func clock(_ seconds: Double) -> String {
  let whole = Int(min(max(seconds, 0), 1e9))
  return "\(whole / 60):" + (whole % 60 < 10 ? "0" : "") + "\(whole % 60)"
}
