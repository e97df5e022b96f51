import CNcurses
import Canvas
import Glibc
import Support

/// Keystrokes as ncurses reads them.
///
/// Bytes are taken with `wgetch` and not with `wget_wch`, which loses the half of a character that arrives in two packets.
/// The window is a pad, since reading from any other would draw on the screen.
struct TerminalKeyStrokes: KeyStrokeSource {
  private let pad: UnsafeMutablePointer<WINDOW>
  private let file: Int32

  init?(file: Int32) {
    guard let pad = newpad(1, 1) else { return nil }
    self.pad = pad
    self.file = file
    keypad(pad, true)
    nodelay(pad, true)
    // Mouse reports are understood by the decoder, whatever the description says about their form.
    define_key(nil, KEY_MOUSE)
  }

  var now: Int { MonotonicClock.now.wholeMilliseconds }

  mutating func next(within milliseconds: Int) -> KeyStroke? {
    if let stroke = read() { return stroke }
    guard milliseconds > 0, wait(milliseconds) else { return nil }
    return read()
  }

  private func read() -> KeyStroke? {
    let code = wgetch(pad)
    return code == ERR ? nil : KeyStroke(code: code)
  }

  private func wait(_ milliseconds: Int) -> Bool {
    var request = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
    let end = now + milliseconds
    return uninterrupted { poll(&request, 1, Int32(max(end - now, 0))) } > 0
  }

  /// Reads past ncurses, which would take one byte at a time and look for keys in them. It holds nothing back here: it reads no
  /// further than a sequence goes.
  mutating func pastedBytes() -> [UInt8] {
    var collector = PasteCollector()
    var buffer: [UInt8] = Array(repeating: 0, count: 8)
    // A terminal sends a paste without a pause; after one, the end will not come any more.
    while !collector.isComplete, wait(1000) {
      let count = uninterrupted { Glibc.read(file, &buffer, min(collector.room, buffer.count)) }
      if count < 0 && errno == EAGAIN { continue }
      guard count > 0 else { break }
      for byte in buffer[..<count] { collector.append(byte) }
    }
    if !collector.isComplete { collector.finish() }
    return collector.bytes
  }
}
