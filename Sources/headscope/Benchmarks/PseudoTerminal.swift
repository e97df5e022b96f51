import Glibc
import Support
import Synchronization

/// A terminal without a person: it takes the place of standard input and output, and counts what is written to it.
final class PseudoTerminal: Sendable {
  private let master: Int32
  private let counted = Atomic(0)
  /// Standard output as it was before.
  private let output: Int32

  /// How many bytes have been written to it.
  var bytes: Int { counted.load(ordering: .acquiring) }

  init(columns: Int, rows: Int) throws(CommandError) {
    var (master, slave): (Int32, Int32) = (-1, -1)
    var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    guard openpty(&master, &slave, nil, nil, &size) == 0 else {
      throw CommandError("no pseudo-terminal could be opened: \(words: systemMessage())")
    }
    self.master = master
    output = dup(STDOUT_FILENO)
    dup2(slave, STDIN_FILENO)
    dup2(slave, STDOUT_FILENO)
    close(slave)
    startReading()
  }

  /// Standard output is again what it was.
  func end() {
    dup2(output, STDOUT_FILENO)
    close(output)
  }

  private func startReading() {
    var thread = pthread_t()
    let argument = Unmanaged.passRetained(self)
    let status = pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<PseudoTerminal>.fromOpaque(argument).takeRetainedValue().read() }
        return nil
      }, argument.toOpaque())
    if status == 0 { pthread_detach(thread) } else { argument.release() }
  }

  private func read() {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = uninterrupted { Glibc.read(master, &buffer, buffer.count) }
      guard count > 0 else { return }
      counted.add(count, ordering: .releasing)
    }
  }

  /// Waits until everything that was written has been read, and says how much that was in all.
  func drained() -> Int {
    var last = -1
    while last != bytes {
      last = bytes
      // The other thread has what was written before the next look, or it is still reading.
      var waiting: Int32 = 0
      repeat {
        usleep(200)
        _ = ioctl(STDOUT_FILENO, UInt(TIOCOUTQ), &waiting)
      } while waiting > 0
    }
    return bytes
  }
}
