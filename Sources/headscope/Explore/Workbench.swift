import Activations
import Dispatch
import Encoders
import Explorer
import Synchronization

/// Does the work that the reducer asks for on a queue of its own, and posts what comes of it. Of several computations
/// for one slot only the newest is done: an older one that is under way is given up between two layers.
final class Workbench: Sendable {
  private let queue: Queue
  /// The number of the newest request for each slot.
  private let newest = Mutex<[Slot: Int]>([:])
  /// The newest analysis of each series.
  private let newestAnalyses = Mutex<[String: Analysis]>([:])
  private let lastKey = Mutex<ContinuousClock.Instant?>(nil)
  /// Whoever has not pressed a key for so long has paused.
  private static let pause = Duration.milliseconds(250)
  private let bench: Bench
  private let post: @Sendable (Message) -> Void

  /// What runs one piece of work after the other.
  typealias Queue = @Sendable (_ work: @escaping @Sendable () -> Void) -> Void

  /// - Parameters:
  ///   - worker: does the work; only the queue's work touches it.
  ///   - queue: a dispatch queue of its own, where nothing else is said.
  ///   - post: is given every answer.
  init(_ worker: some Worker, queue: Queue? = nil, post: @escaping @Sendable (Message) -> Void) {
    bench = Bench(worker)
    let dispatch = DispatchQueue(label: "headscope.workbench", qos: .userInitiated)
    self.queue =
      queue ?? { work in
        dispatch.async {
          giveWayToScreen()
          work()
        }
      }
    self.post = post
  }

  /// Somebody presses a key. Who presses one after the other wants to see each at once; what a single one asks for is
  /// computed on all threads.
  func keyWasPressed() {
    let now = ContinuousClock.now
    let previous = lastKey.withLock { lastKey in
      defer { lastKey = now }
      return lastKey
    }
    if let previous, previous + Workbench.pause > now { leaveProcessorToScreen(for: Workbench.pause) }
  }

  func perform(_ effect: Effect) {
    let isOvertaken: @Sendable () -> Bool
    switch effect {
    case .encode(let id, let slot, _):
      newest.withLock { $0[slot] = id }
      isOvertaken = { [self] in newest.withLock { $0[slot] != id } }
    case .analyze(let analysis, _, let sources):
      // What it is worked out of is still the newest, or nobody wants it any more.
      if let series = analysis.series { newestAnalyses.withLock { $0[series] = analysis } }
      isOvertaken = { [self] in
        newest.withLock { newest in zip(analysis.slots, sources).contains { (newest[$0] ?? $1) > $1 } }
          || analysis.series.map { series in newestAnalyses.withLock { $0[series] != analysis } } ?? false
      }
    case .loadModel, .listModels: isOvertaken = { false }
    }
    queue { [self] in answer(effect, isOvertaken: isOvertaken) }
  }

  private func answer(_ effect: Effect, isOvertaken: @Sendable () -> Bool) {
    guard !isOvertaken() else { return }
    do {
      if let message = try bench.worker.answer(effect, isCancelled: isOvertaken) { post(message) }
    } catch is CancellationError {
      // Something newer is waiting.
    } catch {
      post(effect.failure("\(error)"))
    }
  }
}

/// What lies on the bench: only code on the workbench's queue touches it.
private final class Bench: @unchecked Sendable {
  var worker: any Worker

  init(_ worker: any Worker) { self.worker = worker }
}
