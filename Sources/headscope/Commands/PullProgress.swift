import Canvas
import Glibc
import Hub
import Models
import Support

/// Shows on standard error how a pull goes on: a bar that moves where there is a terminal, else a line a file.
final class PullProgress {
  private let isTerminal = isatty(STDERR_FILENO) != 0
  private let width: Int
  private var hasBar = false
  private var lastDrawn = -Double.infinity
  /// When the current file began, with how many bytes.
  private var start: (file: String, time: Double, bytes: Int)?

  init() {
    var size = winsize()
    width = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }

  func show(_ event: PullEvent) {
    switch event {
    case .progress(let file, let done, let total):
      if isTerminal { draw(file: file, done: done, total: total) }
    case .finished(let file, let isNew):
      line(isNew ? "\(file): fetched" : "\(file): there already")
    case .retrying(let reason, let seconds):
      line("\(words: reason); trying again in \(Int(saturating: seconds, rule: .up) ?? 0) s")
    case .waitingForOther(let file):
      line("\(file): another program is fetching it; waiting")
    }
  }

  /// Leaves the line of the bar.
  func end() {
    if hasBar { write("\r\u{1B}[K") }
    hasBar = false
  }

  private func line(_ text: MessageText) {
    end()
    write(text.description.singleLine + "\n")
  }

  private func draw(file: String, done: Int, total: Int?) {
    let now = MonotonicClock.now.seconds
    if start?.file != file || done < start?.bytes ?? 0 { start = (file, now, done) }
    guard now - lastDrawn >= 0.1 || done == total else { return }
    lastDrawn = now
    hasBar = true
    let elapsed = now - (start?.time ?? now)
    let rate = elapsed > 0.2 ? Double(done - (start?.bytes ?? 0)) / elapsed : nil
    write("\r" + Self.bar(file: file, done: done, total: total, rate: rate, width: width - 1) + "\u{1B}[K")
  }

  /// `model.safetensors  [####------]  43%  37 of 91 MB  12 MB/s  0:04 left`, cut to `width` columns.
  static func bar(file: String, done: Int, total: Int?, rate: Double?, width: Int) -> String {
    var parts = [visible(file)]
    if let total, total > 0 {
      let share = min(1, Double(done) / Double(total))
      let filled = Int(saturating: share * 20) ?? 0
      parts.append("[" + String(repeating: "#", count: filled) + String(repeating: "-", count: 20 - filled) + "]")
      parts.append("\(Int(saturating: share * 100) ?? 0)%")
      parts.append("\(byteSize(done)) of \(byteSize(total))")
    } else {
      parts.append(byteSize(done))
    }
    if let rate, rate >= 1 {
      parts.append("\(byteSize(Int(saturating: rate) ?? 0))/s")
      if let total, total > done {
        parts.append("\(clock(min(Double(total - done) / rate, 359_999))) left")
      }
    }
    // Whole parts are left out at the end, so that no number is cut into another number.
    while parts.count > 1, parts.joined(separator: "  ").count > width { parts.removeLast() }
    return String(parts.joined(separator: "  ").prefix(max(0, width)))
  }

  private func write(_ text: String) {
    let bytes = Array(text.utf8)
    _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
