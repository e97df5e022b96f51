import Activations
import Explorer
import Synchronization

/// How far the numbers of a head's vectors reach: what colours stand for.
struct HeadReach: Sendable {
  /// The largest magnitude of queries and keys.
  let offers: Float
  /// The largest magnitude of each value, one entry a key.
  let values: [Float]
  /// The largest magnitude of the contexts.
  let contexts: Float

  fileprivate init(_ head: Int, of layer: LayerTrace) {
    offers = max(layer.queries[slice: head].largestMagnitude, layer.keys[slice: head].largestMagnitude)
    let values = layer.values[slice: head]
    self.values = (0..<values.shape[0]).map { values.row($0).largestMagnitude }
    contexts = layer.contextLayer[slice: head].largestMagnitude
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

/// What pictures of a head's vectors show, of the head that was looked at last: they are the same whichever query is marked.
///
/// Nothing depends on what is kept here.
private final class KeptDots: Sendable {
  struct Picture: Hashable {
    let title: String
    let factor: Int
  }

  private let last = Mutex<(head: HeadIndex, pictures: [Picture: [[Float?]]])?>(nil)

  func rows(of picture: Picture, _ head: HeadIndex, make: () -> [[Float?]]) -> [[Float?]] {
    if let known = last.withLock({ $0.flatMap { $0.head == head ? $0.pictures[picture] : nil } }) { return known }
    let made = make()
    last.withLock { last in
      if last?.head != head { last = (head, [:]) }
      last?.pictures[picture] = made
    }
    return made
  }
}

extension Computation {
  /// The rows of dots of a picture of some of a head's vectors, [token, head size]; a dot stands for so many of both, and shows what is
  /// largest in either direction.
  func dots(of vectors: Tensor, _ title: String, of head: HeadIndex, factor: Int) -> [[Float?]] {
    drawings.value(KeptDots.init).rows(of: KeptDots.Picture(title: title, factor: factor), head) {
      let count = vectors.shape[0]
      return stride(from: 0, to: count, by: max(factor, 1)).map {
        vectors.largestMagnitudes($0..<min($0 + factor, count), factor: factor)
      }
    }
  }
}
