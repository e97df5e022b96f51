import Canvas
import Explorer
import Glibc
import Support
import Training

/// Shows on standard error how training goes on: a bar that moves where there is a terminal, else a line now and then.
final class TrainingProgress {
  private let isTerminal = isatty(STDERR_FILENO) != 0
  private let width: Int
  private let start = MonotonicClock.now
  private var hasBar = false
  private var lastShown: Duration?

  init() {
    var size = winsize()
    width = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }

  /// Says what is about to be trained, on what, and how much memory that takes.
  func begin(_ run: some TrainingRun, memory: MemoryEstimate, about data: String) {
    let what = run.arguments.onlyHead ? "only the prediction layer" : "everything"
    line(
      "training \(words: what): \(run.trainedCount) of \(run.parameterCount) parameters, \(data), \(run.stepCount) steps of "
        + "\(run.arguments.batchSize); takes up to \(memory.bytes >> 20) MiB of memory; dropout \(run.arguments.dropout)"
    )
    if !run.newParameters.isEmpty, run.newParameters.count < 8 {
      line("new, drawn with seed \(run.arguments.seed): \(words: run.newParameters.joined(separator: ", "))")
    }
  }

  func show(_ run: some TrainingRun, _ step: TrainingStep, _ heldOut: Evaluation?) {
    let now = MonotonicClock.now
    let isLast = run.isFinished
    guard isLast || (now - (lastShown ?? start)).seconds >= (isTerminal ? 0.1 : 2) else { return }
    lastShown = now
    let seconds = (now - start).seconds
    let rate = seconds > 0 ? Double(run.step) / seconds : 0
    var parts = [Self.bar(done: run.step, of: run.stepCount), "loss \(Words.fixed(step.loss, 3))"]
    parts.append("accuracy \(Words.fixed(step.accuracy, 2))")
    if let heldOut { parts.append("held out \(Words.fixed(heldOut.accuracy, 2))") }
    parts.append("\(Words.fixed(rate, 1)) steps/s")
    if rate > 0, !isLast { parts.append("\(clock(min(Double(run.stepCount - run.step) / rate, 359_999))) left") }
    while parts.count > 1, parts.joined(separator: "  ").count > width - 1 { parts.removeLast() }
    let text = parts.joined(separator: "  ")
    guard isTerminal else { return write("headscope: \(text)\n") }
    hasBar = true
    write("\r\(text)\u{1B}[K")
  }

  static func bar(done: Int, of total: Int) -> String {
    let filled = total > 0 ? 20 * done / total : 0
    let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: 20 - filled)
    return "[\(bar)] \(done) of \(total)"
  }

  /// Leaves the line of the bar.
  func end() {
    if hasBar { write("\n") }
    hasBar = false
  }

  func saved(_ folder: String, step: Int, of steps: Int) {
    line("\(folder): holds the model after step \(step) of \(steps)")
  }

  private func line(_ text: MessageText) { write("headscope: \(text.description.singleLine)\n") }

  private func write(_ text: String) {
    // Where standard error is gone, there is nobody to tell.
    try? Files.write(Array(text.utf8), to: STDERR_FILENO, path: "standard error")
  }
}
