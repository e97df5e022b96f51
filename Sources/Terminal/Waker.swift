import Glibc

/// Wakes the one who waits for input, from any thread, as often as one likes.
///
/// Calls that come before the last one was noticed count as one.
public final class Waker: Sendable {
  let readEnd: Int32
  private let writeEnd: Int32

  init() throws(TerminalError) {
    (readEnd, writeEnd) = try makePipe()
  }

  deinit {
    close(readEnd)
    close(writeEnd)
  }

  /// Makes the one who waits for input, or will wait next, go on at once. It never blocks.
  public func wake() {
    var byte: UInt8 = 1
    // A full pipe will wake as well as one byte more.
    _ = uninterrupted { write(writeEnd, &byte, 1) }
  }

  /// Takes away what has been written, and says whether there was anything.
  func drain() -> Bool { !drainPipe(readEnd).isEmpty }
}

/// A pipe that never blocks and is not inherited.
func makePipe() throws(TerminalError) -> (readEnd: Int32, writeEnd: Int32) {
  var ends: [Int32] = [-1, -1]
  guard pipe(&ends) == 0 else { throw .failed(reason: "no pipe can be made: \(systemMessage())") }
  for end in ends {
    _ = fcntl(end, F_SETFL, O_NONBLOCK)
    _ = fcntl(end, F_SETFD, FD_CLOEXEC)
  }
  return (ends[0], ends[1])
}

func drainPipe(_ end: Int32) -> [UInt8] {
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1024)
  while true {
    let count = uninterrupted { read(end, &buffer, buffer.count) }
    guard count > 0 else { return bytes }
    bytes += buffer[..<count]
  }
}
