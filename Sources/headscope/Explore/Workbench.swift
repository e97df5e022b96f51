import Activations
import Dispatch
import Encoders
import Explorer
import Synchronization

/// Does the work that the reducer asks for on a queue of its own, and posts what comes of it.
///
/// Work that the state has no use for any more is not begun, or given up between two layers; every other work is answered.
final class Workbench: Sendable {
  private let queue: Queue
  private let wanted = Mutex<WantedWork?>(nil)
  /// How often each analysis was asked for: one that was given up and is wanted again is worked out once.
  private let turns = Mutex<[Analysis: Int]>([:])
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

  /// Does the work of some effects, as long as it is among what is wanted.
  ///
  /// - Parameter wanted: all that is wanted now; told with every change of the state, whether it asks for anything or not.
  func perform(_ effects: [Effect], wanted: WantedWork) {
    self.wanted.withLock { $0 = wanted }
    for effect in effects {
      guard case .analyze(let analysis, _, _) = effect else {
        queue { [self] in answer(effect, isOvertaken: { [self] in isUnwanted(effect) }) }
        continue
      }
      let turn = turns.withLock { turns in
        turns[analysis, default: 0] += 1
        return turns[analysis]
      }
      queue { [self] in
        answer(effect, isOvertaken: { [self] in isUnwanted(effect) || turns.withLock { $0[analysis] != turn } })
      }
    }
  }

  private func isUnwanted(_ effect: Effect) -> Bool { wanted.withLock { $0?.contains(effect) == false } }

  private func answer(_ effect: Effect, isOvertaken: @Sendable () -> Bool) {
    guard !isOvertaken() else { return }
    do {
      if let message = try bench.worker.answer(effect, isCancelled: isOvertaken) {
        post(message)
      } else if !isOvertaken() {
        post(effect.failure("this cannot be worked out here"))
      }
    } catch is CancellationError {
      // Nobody wants it any more.
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
