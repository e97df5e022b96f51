import Canvas
import Explorer
import Glibc
import Support

/// Shows on standard error how a survey goes on: a bar that moves where there is a terminal, else a line now and then.
final class SurveyProgress {
  private let isTerminal = isatty(STDERR_FILENO) != 0
  private let width: Int
  private let start = MonotonicClock.now
  private var lastShown: Duration?
  private var hasBar = false
  /// Where the corpus and the survey were when it began.
  private var first: (sentences: Int, bytes: Int)?
  private var said = 0
  /// Problems beyond so many are only counted.
  private static let mostSaid = 20

  init() {
    var size = winsize()
    width = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }

  /// Says what is wrong with a sentence.
  func say(_ text: MessageText) {
    said += 1
    if said > Self.mostSaid + 1 { return }
    end()
    StandardStreams.complain(said > Self.mostSaid ? "more of this is only counted" : text)
  }

  func show(_ sentences: Int, bytes: Int, of total: Int) {
    let begun = first ?? (0, 0)
    let now = MonotonicClock.now
    guard (now - (lastShown ?? start)).seconds >= (isTerminal ? 0.1 : 10) else { return }
    lastShown = now
    let seconds = (now - start).seconds
    let rate = Double(sentences - begun.sentences) / max(seconds, 1e-3)
    var parts = ["\(sentences) sentences"]
    if total > 0 {
      let filled = 20 * min(bytes, total) / total
      parts.insert(
        "[" + String(repeating: "#", count: filled) + String(repeating: "-", count: 20 - filled) + "] "
          + "\(100 * min(bytes, total) / total) %", at: 0)
    }
    parts.append("\(Words.fixed(rate, 0)) sentences/s")
    if total > bytes, bytes > begun.bytes {
      let left = seconds * Double(total - bytes) / Double(bytes - begun.bytes)
      parts.append("\(clock(min(left, 359_999))) left")
    }
    while parts.count > 1, parts.joined(separator: "  ").count > width - 1 { parts.removeLast() }
    let text = parts.joined(separator: "  ")
    guard isTerminal else { return write("headscope: \(text)\n") }
    hasBar = true
    write("\r\(text)\u{1B}[K")
  }

  /// Where it goes on from.
  func begin(sentences: Int, bytes: Int) { first = (sentences, bytes) }

  /// Says in a terminal how fast it was.
  func finish(sentences: Int, tokens: Int) {
    end()
    guard isTerminal else { return }
    let seconds = (MonotonicClock.now - start).seconds
    let rate = Double(sentences - (first?.sentences ?? 0)) / max(seconds, 1e-3)
    let words =
      "\(sentences) sentences, \(tokens) tokens, \(Words.fixed(seconds, 1)) s, \(Words.fixed(rate, 0)) sentences/s"
    StandardStreams.complain(MessageText(words: words))
  }

  /// Leaves the line of the bar.
  func end() {
    if hasBar { write("\r\u{1B}[K") }
    hasBar = false
  }

  private func write(_ text: String) { try? Files.write(Array(text.utf8), to: STDERR_FILENO, path: "standard error") }
}
