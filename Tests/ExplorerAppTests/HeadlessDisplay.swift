import Canvas
import Explorer
import Synchronization
import UserInput

@testable import ExplorerApp

/// A display without a screen. What the explorer asks for is worked out when the display is asked for its next input,
/// in an order that the journey chooses, so that results come late, early, or not at all before the next key.
@MainActor
final class HeadlessDisplay: Display {
  /// What happens next.
  enum Turn {
    case inputs([Input])
    /// Nothing comes for as long as the loop is ready to wait, or for so long.
    case pass(Duration)
    case end
  }

  let size: Size
  let colorDepth = ColorDepth.truecolor
  let glyphs = GlyphSet.unicode
  let mailbox = Mailbox()
  let queue = WorkQueue()
  /// All work waits in the queue, but for the writing of what is recorded.
  var queues: ExplorerLoop.Queues {
    ExplorerLoop.Queues(computations: queue.add, sessions: queue.add, recordings: { $0() }, surveys: queue.add)
  }
  private let clock: JourneyClock
  private var waiting: [Input] = []
  private let isWoken = Flag()
  /// Whether the next inputs come before everything that was asked for is done, and how much of it is done before.
  var haste: () -> Int? = { nil }
  /// What comes next, and whether everything that was asked for is done.
  var next: (_ isAtRest: Bool) -> Turn = { _ in .end }

  /// Whether pictures are drawn.
  var looks = false
  /// The picture that is shown, where pictures are drawn.
  private(set) var screen: Canvas?

  init(clock: JourneyClock, size: Size = Size(columns: 80, rows: 24)) {
    self.clock = clock
    self.size = size
    mailbox.connect { [isWoken] in isWoken.isUp.withLock { $0 = true } }
  }

  func nextInput(timeoutMilliseconds: Int?) -> Input? {
    if !waiting.isEmpty { return waiting.removeFirst() }
    if timeoutMilliseconds == 0 { return nil }
    if isWoken.takeDown() { return .wake }
    var isAtRest = true
    if !queue.isEmpty, let count = haste() {
      for _ in 0..<count { queue.runNext() }
      isAtRest = false
    } else if queue.runNext() {
      return .wake
    }
    switch next(isAtRest) {
    case .end: return .end
    case .pass(let duration):
      clock.pass(timeoutMilliseconds.map { min(.milliseconds($0), duration) } ?? duration)
      return nil
    case .inputs(let inputs):
      clock.pass(.milliseconds(100))
      waiting = inputs
      return waiting.isEmpty ? nil : waiting.removeFirst()
    }
  }

  /// Drawing would be most of the work of a journey.
  func present(_ draw: () -> Canvas) { screen = looks ? draw() : nil }
  func redraw() {}
  /// What was copied last.
  private(set) var copied: String?
  func copy(_ text: String) { copied = text }
  func suspend() {}
}

/// Time that passes when a journey says so.
final class JourneyClock: Sendable {
  private let time = Mutex(Duration.zero)

  var now: @Sendable () -> Duration { { [self] in time.withLock { $0 } } }
  func pass(_ duration: Duration) { time.withLock { $0 += duration } }
}

/// Work that is done when a test says so.
final class WorkQueue: Sendable {
  private let work = Mutex<[@Sendable () -> Void]>([])

  var add: EffectQueue.Queue { { [self] piece in work.withLock { $0.append(piece) } } }
  var isEmpty: Bool { work.withLock { $0.isEmpty } }

  /// False where there is none.
  @discardableResult func runNext() -> Bool {
    guard let piece = work.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { return false }
    piece()
    return true
  }
}

private final class Flag: Sendable {
  let isUp = Mutex(false)

  func takeDown() -> Bool {
    isUp.withLock { isUp in
      defer { isUp = false }
      return isUp
    }
  }
}
