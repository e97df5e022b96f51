import Activations
import Dispatch
import Encoders
import Explorer
import Support
import Synchronization

/// Handles the effects that the reducer asks for, one after the other on a queue of its own, and posts their answers.
///
/// An effect that the state does not need any more is not begun, or is cancelled between two layers; every other one is
/// answered.
package final class EffectQueue: Sendable {
  private let queue: Queue
  private let wanted = Mutex<WantedWork?>(nil)
  /// How often each analysis was asked for: one that was given up and is wanted again is worked out once.
  private let turns = Mutex<[Analysis: Int]>([:])
  private let lastKey = Mutex<Duration?>(nil)
  /// After so long without a key, a person has paused.
  private static let pause = Duration.milliseconds(250)
  private let handler: HandlerBox
  private let post: @Sendable (Message) -> Void

  /// What runs one piece of work after the other.
  package typealias Queue = @Sendable (_ work: @escaping @Sendable () -> Void) -> Void

  /// - Parameters:
  ///   - handler: handles the effects; it is used on the queue only.
  ///   - queue: a dispatch queue of its own by default.
  ///   - post: receives every answer.
  package init(_ handler: some EffectHandling, queue: Queue? = nil, post: @escaping @Sendable (Message) -> Void) {
    self.handler = HandlerBox(handler)
    let dispatch = DispatchQueue(label: "headscope.effects", qos: .userInitiated)
    self.queue =
      queue ?? { work in
        dispatch.async {
          lowerComputePriority()
          work()
        }
      }
    self.post = post
  }

  /// Says that a key was pressed. While several are pressed in a row, one thread stays free for the screen; what a single key
  /// asks for is computed on all threads.
  package func keyWasPressed() {
    let now = MonotonicClock.now
    let previous = lastKey.withLock { lastKey in
      defer { lastKey = now }
      return lastKey
    }
    if let previous, previous + EffectQueue.pause > now { reserveProcessorForScreen(for: EffectQueue.pause) }
  }

  /// Handles effects, as long as they are among what is wanted.
  ///
  /// - Parameter wanted: all that is wanted now; to be told with every change of the state, whether it asks for anything or
  /// not.
  package func perform(_ effects: [Effect], wanted: WantedWork) {
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
      if let message = try handler.value.answer(effect, isCancelled: isOvertaken) {
        post(message)
      } else if !isOvertaken() {
        post(effect.failure("this cannot be worked out here"))
      }
    } catch is CancellationError {
      // It is not wanted any more.
    } catch {
      post(effect.failure("\(error)"))
    }
  }
}

/// The handler, which only code on the queue uses.
private final class HandlerBox: @unchecked Sendable {
  var value: any EffectHandling

  init(_ value: any EffectHandling) { self.value = value }
}
