import Synchronization

/// The probabilities of all heads of a layer, most of what a trace takes, and the values weighted by them.
///
/// They follow from queries, keys and values. Where memory is wanted for something newer, they can be let go; whoever looks at
/// them afterwards is given the same numbers, a head at a time as fast as a screen needs them.
final class AttentionMaps: Sendable {
  /// [heads, query, key] of some heads.
  typealias Recomputation = @Sendable (_ heads: Range<Int>) -> Tensor
  /// [head, position, headSize]
  typealias ContextRecomputation = @Sendable () -> Tensor

  private struct Kept {
    /// [head, query, key]
    var all: Tensor?
    /// The head that was looked at last, once `all` is gone: [query, key].
    var last: (head: Int, map: Tensor)?
    /// [head, position, headSize]
    var context: Tensor?
  }

  private let kept: Mutex<Kept>
  private let recompute: Recomputation?
  private let recomputeContext: ContextRecomputation?
  let shape: [Int]

  init(_ all: Tensor, context: Tensor, recompute: Recomputation?, recomputeContext: ContextRecomputation?) {
    kept = Mutex(Kept(all: all, context: context))
    shape = all.shape
    self.recompute = recompute
    self.recomputeContext = recomputeContext
  }

  /// Of all heads, [head, query, key]; computed anew for each who asks, where they were let go.
  var all: Tensor {
    if let all = kept.withLock({ $0.all }) { return all }
    return recomputed(0..<shape[0])
  }

  /// Of one head, [query, key].
  func map(of head: Int) -> Tensor {
    let present = kept.withLock { kept in
      kept.all.map { $0[slice: head] } ?? kept.last.flatMap { $0.head == head ? $0.map : nil }
    }
    if let present { return present }
    let map = recomputed(head..<head + 1)[slice: 0]
    kept.withLock { $0.last = (head, map) }
    return map
  }

  /// The values weighted by the probabilities. It stays once it had to be computed again.
  var context: Tensor {
    if let context = kept.withLock({ $0.context }) { return context }
    guard let recomputeContext else { preconditionFailure("only what can be computed again is let go") }
    let context = recomputeContext()
    kept.withLock { $0.context = context }
    return context
  }

  /// Gives their memory back, where they can be computed again.
  func letGo() {
    // What is given back is given back outside of the lock.
    _ = kept.withLock { kept in
      let before = kept
      if recompute != nil { kept.all = nil }
      if recomputeContext != nil { kept.context = nil }
      return before
    }
  }

  var isKept: Bool { kept.withLock { $0.all != nil } }

  private func recomputed(_ heads: Range<Int>) -> Tensor {
    guard let recompute else { preconditionFailure("only what can be computed again is let go") }
    return recompute(heads)
  }
}

/// The memory of a trace's probabilities, and of what is made with them, which is not kept by this: it is gone when nobody else holds the trace.
public struct ProbabilityMemory {
  private struct Layer {
    weak var maps: AttentionMaps?
  }

  private let layers: [Layer]

  /// Of nothing.
  public init() { layers = [] }

  public init(of trace: AttentionTrace) { layers = trace.layers.map { Layer(maps: $0.maps) } }

  /// How many bytes of probabilities there are to be let go.
  public var bytes: Int {
    layers.reduce(0) { sum, layer in
      guard let maps = layer.maps, maps.isKept else { return sum }
      return sum + maps.shape.reduce(MemoryLayout<Float>.stride, *)
    }
  }

  /// Gives the memory back, where there are at least so many bytes of probabilities.
  public func letGo(from least: Int = 0) {
    guard bytes >= least else { return }
    for layer in layers { layer.maps?.letGo() }
  }
}
