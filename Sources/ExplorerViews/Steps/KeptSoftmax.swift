import Activations
import Explorer
import Insights
import Synchronization

/// The softmax of the query that was looked at last: in a long text it takes longer than all else that a step shows, and every line of
/// the screen works with it.
///
/// Nothing depends on what is kept here.
final class KeptSoftmax: Sendable {
  private struct Place: Equatable {
    let head: HeadIndex
    let query: Int
  }

  private let last = Mutex<(place: Place, steps: SoftmaxSteps)?>(nil)

  fileprivate func steps(_ head: HeadIndex, query: Int, make: () -> SoftmaxSteps) -> SoftmaxSteps {
    let place = Place(head: head, query: query)
    if let known = last.withLock({ $0.flatMap { $0.place == place ? $0.steps : nil } }) { return known }
    let steps = make()
    last.withLock { $0 = (place, steps) }
    return steps
  }
}

extension Computation {
  /// The softmax of a query in its parts.
  func softmax(of head: HeadIndex, query: Int) -> SoftmaxSteps {
    drawings.value(KeptSoftmax.init).steps(head, query: query) {
      SoftmaxSteps(layer: encoding.trace.layers[head.layer], head: head.head, query: query)
    }
  }
}
