import Dispatch
import Explorer
import Sessions

/// Opens surveys whose paths were typed, off the main thread.
final class SurveyOpener: Sendable {
  private let surroundings: Surroundings
  private let queue: EffectQueue.Queue
  private let post: @Sendable (AppMessage) -> Void

  /// - Parameters:
  ///   - queue: a dispatch queue of its own by default.
  ///   - post: receives the answers.
  init(
    in surroundings: Surroundings, queue: EffectQueue.Queue? = nil, post: @escaping @Sendable (AppMessage) -> Void
  ) {
    self.surroundings = surroundings
    self.post = post
    let dispatch = DispatchQueue(label: "headscope.surveys", qos: .userInitiated)
    self.queue = queue ?? { work in dispatch.async(execute: work) }
  }

  /// Opens what was typed; where that cannot be done, it is said why.
  func open(_ entry: LineEntry) {
    queue { [self] in
      do {
        let path = surroundings.locator().path(entry.text)
        post(.surveyOpened(try surroundings.surveys.open(entry.text, at: path), entry))
      } catch {
        post(.entryRefused(entry, reason: "\(error)"))
      }
    }
  }
}
