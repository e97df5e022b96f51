import ArgumentParser
import Sessions

struct SessionsRenameCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "rename", abstract: "Give a session another title.")

  @Argument(help: "The session: a path, or a name in the sessions folder.")
  var file: String

  @Argument(help: "The new title.")
  var title: String

  func run() throws {
    let path = SessionStore.resolve(file, in: SessionStore.ofUser)
    let renamed = try SessionStore.rename(path, to: title, now: SessionStore.timestamp())
    try StandardStreams.say("\(renamed.singleLine): \(title.singleLine)")
  }
}

struct SessionsDeleteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Move sessions into the trash; 'sessions restore' brings them back.")

  @Argument(help: "The sessions: paths, or names in the sessions folder.")
  var files: [String]

  func run() throws {
    for file in files {
      let path = SessionStore.resolve(file, in: SessionStore.ofUser)
      let place = try SessionTrash(for: path).take(path, now: SessionStore.timestamp())
      try StandardStreams.say("\(path.singleLine) is in the trash: \(place.singleLine)")
    }
  }
}

struct SessionsRestoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Bring a session back out of the trash.")

  @Argument(help: "The name that the session had (default: the one that went there last).")
  var name: String?

  @Option(help: "The folder that the session was in (default: the user's sessions).")
  var folder: String?

  func run() throws {
    guard let folder = folder ?? SessionStore.ofUser?.folder
    else { throw CommandError("no home folder, and no folder named: headscope sessions restore --folder FOLDER") }
    try StandardStreams.say(try SessionTrash(folder: folder).restore(name).singleLine)
  }
}
