import Canvas
import Glibc

/// Standard input, output and error: three descriptors that can be anything, or closed.
enum StandardStreams {
  /// Makes the streams safe to use: a reader that goes away becomes an error instead of a death, and a stream that is
  /// closed stays unusable, instead of being given to the next file that is opened.
  static func prepare() {
    signal(SIGPIPE, SIG_IGN)
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  /// Says on standard error what went wrong, in one line.
  static func complain(_ message: String) {
    write("headscope: \(message.singleLine)\n", to: STDERR_FILENO)
  }

  /// Says on standard error what should be known about a result.
  static func note(_ message: String) {
    write("headscope: note: \(message.singleLine)\n", to: STDERR_FILENO)
  }

  private static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }

  /// Everything on standard input, as one text; one line end at its end does not belong to it.
  static func readText() throws -> String {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try read(into: &chunk)
      if count == 0 { break }
      bytes += chunk[..<count]
    }
    if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CommandError("the text on standard input is not valid UTF-8")
    }
    return text
  }

  /// Reads what is there, at least one byte; 0 at the end.
  static func read(into chunk: inout [UInt8]) throws -> Int {
    while true {
      let count = Glibc.read(STDIN_FILENO, &chunk, chunk.count)
      if count >= 0 { return count }
      let reason = errno
      if reason != EINTR { throw CommandError("cannot read standard input: \(String(cString: strerror(reason)))") }
    }
  }
}

extension String {
  /// The text on one line, with everything that a terminal would obey made visible. Messages quote file names and
  /// contents that anybody may have written.
  var singleLine: String { visible(self) }
}
