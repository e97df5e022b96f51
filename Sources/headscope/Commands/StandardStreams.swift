import Canvas
import Exporting
import Glibc
import Support
import Synchronization

/// Standard input, output and error: three descriptors that can be anything, or closed.
enum StandardStreams {
  private static let notes = Mutex<[MessageText]>([])
  private static let isPipeSignalIgnored = Signals.isIgnored(SIGPIPE)

  /// Makes the streams safe to use: a reader that goes away and a file that grows too large become errors instead of deaths,
  /// and a stream that is closed stays unusable, instead of being given to the next file that is opened.
  static func prepare() {
    _ = isPipeSignalIgnored
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
    Leftovers.removeOnSignals()
  }

  // MARK: - Standard output

  /// A writer for standard output; its `finish` throws where not all could be written. There is no other way there.
  static func output() throws(OutputError) -> OutputFile { try OutputFile(.standardOutput, randomAccess: false) }

  /// Writes some lines to standard output.
  static func say(_ lines: String...) throws {
    let output = try output()
    for line in lines { try output.append(line + "\n") }
    try output.finish()
  }

  /// Ends because standard output has no reader any more, as in `headscope tokenize ... | head`: without a message, and by the
  /// signal that is usual then (SIGPIPE), unless the parent process has it ignored.
  static func leaveUnread() -> Never {
    if isPipeSignalIgnored { Leaving.leave(EXIT_FAILURE) }
    Leaving.leave(by: SIGPIPE)
  }

  // MARK: - Standard error

  /// Says on standard error what went wrong, in one line.
  static func complain(_ message: MessageText) { write(message) }

  /// Remembers what should be known about a result. It is said when the command ends, unless it fails: then only its error
  /// counts.
  static func note(_ message: MessageText) { notes.withLock { $0.append("note: \(message)") } }

  /// Says the notes on standard error, a line each.
  static func sayNotes() {
    let notes = notes.withLock { notes in
      defer { notes = [] }
      return notes
    }
    for note in notes { write(note) }
  }

  private static func write(_ message: MessageText) {
    // If standard error is closed, the message cannot be shown anywhere.
    try? Files.write(
      Array("headscope: \(message.description.singleLine)\n".utf8), to: STDERR_FILENO, path: "standard error")
  }

  // MARK: - Standard input

  /// The longest text, or line of JSON, that is taken from standard input: some have no end.
  static let mostBytes = 64 << 20

  /// Everything on standard input, as one text; one line end at its end does not belong to it.
  static func readText() throws -> String {
    var bytes = try readBytes(limit: mostBytes)
    if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CommandError("the text on standard input is not valid UTF-8")
    }
    return text
  }

  /// Everything on standard input, as it is.
  static func readBytes(limit: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try read(into: &chunk)
      if count == 0 { return bytes }
      bytes += chunk[..<count]
      guard bytes.count <= limit else {
        throw CommandError("the text on standard input is longer than \(limit >> 20) MiB")
      }
    }
  }

  /// Reads what is there, at least one byte; 0 at the end.
  static func read(into chunk: inout [UInt8]) throws -> Int {
    let count = uninterrupted { Glibc.read(STDIN_FILENO, &chunk, chunk.count) }
    guard count >= 0 else { throw CommandError("cannot read standard input: \(words: systemMessage())") }
    return count
  }
}

/// What goes to standard output goes through `StandardStreams`, where it is checked.
@available(*, unavailable, message: "use StandardStreams.say or StandardStreams.output")
func print(_ items: Any..., separator: String = " ", terminator: String = "\n") {}

extension String {
  /// The text on one line, with everything that a terminal would obey made visible.
  var singleLine: String { visible(self) }
}
