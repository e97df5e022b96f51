import Activations
import Insights
import Synchronization

/// Heads of a text that is computed in parts, and is yet so short that one of them can be computed and held as a whole while it is looked
/// at. Its pictures are those of the ordinary computation.
package enum WholeHeads {
  /// Up to so many tokens; tests set it.
  @TaskLocal package static var mostTokens = 2048

  /// Whether a head of so many tokens is held.
  package static func hold(_ tokens: Int) -> Bool { tokens <= mostTokens }
}

/// The heads that were looked at last, as many as a screen shows beside each other: at most 96 MiB of them.
///
/// Nothing depends on what is kept here.
private final class KeptHeads: Sendable {
  private let kept = Mutex<[(head: HeadIndex, map: Tensor)]>([])
  private static let (most, mostBytes) = (16, 96 << 20)

  func map(of head: HeadIndex, make: () -> Tensor) -> Tensor {
    let known = kept.withLock { kept -> Tensor? in
      guard let place = kept.firstIndex(where: { $0.head == head }) else { return nil }
      kept.insert(kept.remove(at: place), at: 0)
      return kept[0].map
    }
    if let known { return known }
    let map = make()
    kept.withLock { kept in
      kept.insert((head, map), at: 0)
      let bytes = max(map.count * MemoryLayout<Float>.stride, 1)
      kept.removeLast(max(kept.count - max(min(KeptHeads.most, KeptHeads.mostBytes / bytes), 1), 0))
    }
    return map
  }
}

extension Computation {
  /// The probabilities of a head of a text that is computed in parts, [query, key].
  package func wholeHead(_ head: HeadIndex) -> Tensor {
    drawings.value(KeptHeads.init).map(of: head) { encoding.trace.probabilitiesOnAllThreads(head) }
  }
}

extension State {
  /// Whether the rows of a head are computed as they are looked at, because not all of them are held.
  package var showsRows: Bool { computesRows && !WholeHeads.hold(max(queryPositions, positions)) }
}
