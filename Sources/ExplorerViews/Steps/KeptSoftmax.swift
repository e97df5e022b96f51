import Activations
import Explorer
import Insights
import Synchronization

/// The softmax of the query that was looked at last: in a long text it takes longer than all else that a step shows, and every line of
/// the screen works with it.
///
/// Nothing depends on what is kept here.
final class KeptSoftmax: Sendable {
  fileprivate struct Place: Equatable {
    let head: HeadIndex
    let query: Int
  }

  private let last = Mutex<(place: Place, steps: SoftmaxSteps)?>(nil)

  fileprivate func steps(_ place: Place, make: () -> SoftmaxSteps) -> SoftmaxSteps {
    if let known = last.withLock({ $0.flatMap { $0.place == place ? $0.steps : nil } }) { return known }
    let steps = make()
    last.withLock { $0 = (place, steps) }
    return steps
  }
}

/// The same without the division.
private final class KeptUndividedSoftmax: Sendable {
  let kept = KeptSoftmax()
}

extension Computation {
  /// The softmax of a query in its parts.
  func softmax(of head: HeadIndex, query: Int) -> SoftmaxSteps {
    drawings.value(KeptSoftmax.init).steps(KeptSoftmax.Place(head: head, query: query)) {
      SoftmaxSteps(layer: encoding.trace.layers[head.layer], head: head.head, query: query)
    }
  }

  /// The softmax of the scores as they would be without the division; of what the family adds, too, where it divides that.
  func undividedSoftmax(of head: HeadIndex, query: Int, _ family: FamilyWords) -> SoftmaxSteps {
    drawings.value(KeptUndividedSoftmax.init).kept.steps(KeptSoftmax.Place(head: head, query: query)) {
      SoftmaxSteps(
        layer: encoding.trace.layers[head.layer], head: head.head, query: query, scale: 1,
        scalesBias: family.dividesAddition)
    }
  }
}
