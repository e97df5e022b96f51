import Activations
import Explorer
import Synchronization

/// How far the numbers of a head's vectors reach: what colours stand for.
struct HeadReach: Sendable {
  /// The largest magnitude of queries and keys.
  let offers: Float
  /// The largest magnitude of each value, one entry a key.
  let values: [Float]

  fileprivate init(_ head: Int, of layer: LayerTrace) {
    offers = max(layer.queries[slice: head].largestMagnitude, layer.keys[slice: head].largestMagnitude)
    let values = layer.values[slice: head]
    self.values = (0..<values.shape[0]).map { values.row($0).largestMagnitude }
  }
}

/// That of the head that was looked at last: in a long text there are many vectors.
///
/// Nothing depends on what is kept here.
private final class KeptReach: Sendable {
  private let last = Mutex<(head: HeadIndex, reach: HeadReach)?>(nil)

  func reach(of head: HeadIndex, make: () -> HeadReach) -> HeadReach {
    if let known = last.withLock({ $0.flatMap { $0.head == head ? $0.reach : nil } }) { return known }
    let reach = make()
    last.withLock { $0 = (head, reach) }
    return reach
  }
}

extension Computation {
  /// How far the numbers of a head's vectors reach.
  func reach(of head: HeadIndex) -> HeadReach {
    drawings.value(KeptReach.init).reach(of: head) { HeadReach(head.head, of: encoding.trace.layers[head.layer]) }
  }
}
