import Explorer
import Glibc
import JSON
import Models
import Support

/// What a running replay tells a second terminal, which shows the speaker's notes: a small file in the user's runtime folder,
/// one for each session, that is there while the replay runs.
package struct SpeakerChannel: Sendable {
  /// Where in the session the replay is.
  package struct Position: Sendable, Equatable {
    var process: Int
    /// How many actions were played, and how many there are.
    var position: Int
    var count: Int
    /// In seconds.
    var time: Double
    var duration: Double
    var isPaused: Bool
    var mark: String?
    var note: String?
    var question: String?
    /// How many events of the session were played.
    var events = 0
  }

  package let path: String

  /// The channel of a session; nil where there is no folder that is the user's alone.
  ///
  /// - Parameter runtime: the folder for things of the moment; XDG_RUNTIME_DIR by default.
  package init?(session file: String, runtime: String? = getenv("XDG_RUNTIME_DIR").map { String(cString: $0) }) {
    guard let folder = Self.folder(in: runtime) else { return nil }
    // Two sessions may have one name: the whole path tells them apart.
    let hash = FNV1a((Files.resolved(file) ?? file).utf8)
    path = Files.join(folder, "speaker-\(hash.digits).json")
  }

  /// A folder in the runtime folder, or one of the user's in /tmp.
  private static func folder(in runtime: String?) -> String? {
    let isUsable = runtime?.hasPrefix("/") == true
    let path = isUsable ? Files.join(runtime ?? "", "headscope") : "/tmp/headscope-\(getuid())"
    mkdir(path, 0o700)
    var status = stat()
    // In /tmp, another user may have made it, or made it a link.
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == getuid(),
      status.st_mode & 0o022 == 0
    else { return nil }
    return path
  }

  /// Tells where the replay is. A replay goes on whether or not this can be written.
  package func post(_ position: Position) {
    var members: [(JSONString, JSONValue)] = [
      ("process", .integer(position.process)), ("position", .integer(position.position)),
      ("count", .integer(position.count)), ("time", .number(position.time)), ("duration", .number(position.duration)),
      ("paused", .bool(position.isPaused)),
      ("events", .integer(position.events)),
    ]
    for (name, text) in [("mark", position.mark), ("note", position.note), ("question", position.question)] {
      if let text { members.append((JSONString(name), JSONValue(text))) }
    }
    var bytes: [UInt8] = []
    JSONValue.object(JSONObject(members)).write(into: &bytes)
    // A reader sees the old or the new file, never a part of one.
    try? Files.replace(path, with: bytes, permissions: 0o600, isDurable: false)
  }

  /// Where the replay is; nil while none runs.
  package func read() -> Position? {
    guard let bytes = Files.read(path, limit: 1 << 20), let value = try? JSONValue(parsing: bytes),
      let process = value["process"]?.intValue, process > 0, process <= Int(Int32.max),
      kill(pid_t(process), 0) == 0, let position = value["position"]?.intValue, let count = value["count"]?.intValue,
      let time = value["time"]?.doubleValue, let duration = value["duration"]?.doubleValue
    else { return nil }
    return Position(
      process: process, position: max(position, 0), count: max(count, 0), time: time, duration: duration,
      isPaused: value["paused"]?.boolValue ?? false, mark: value["mark"]?.stringValue,
      note: value["note"]?.stringValue, question: value["question"]?.stringValue,
      events: max(value["events"]?.intValue ?? 0, 0))
  }

  /// The replay has ended.
  package func clear() { unlink(path) }
}

extension SpeakerChannel.Position {
  /// Where a replay is; which process it is in is said when it is told.
  init(_ status: PlaybackStatus) {
    self.init(
      process: 0, position: status.position, count: status.count, time: (status.time * 10).rounded() / 10,
      duration: status.duration, isPaused: status.isPaused, mark: status.mark, note: status.note,
      question: status.question?.question.text, events: status.events)
  }
}
