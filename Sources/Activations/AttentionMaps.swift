import Synchronization

/// The probabilities of all heads of a layer, most of what a trace takes, and the values weighted by them.
///
/// They follow from queries, keys and values. When memory is needed for a newer result, they can be released; code that reads
/// them afterwards is given the same numbers, a head or some of its queries at a time as fast as a screen needs them. Of an input
/// whose probabilities are too many, they have never been there.
final class AttentionMaps: Sendable {
  /// [heads, query, key] of some heads.
  typealias Recomputation = @Sendable (_ heads: Range<Int>) -> Tensor
  /// [queries, key] of some queries of a head.
  typealias RowRecomputation = @Sendable (_ head: Int, _ queries: Range<Int>) -> Tensor

  /// What is here, or else how to come by it. Only what can be computed again is ever released.
  private enum Computed<Again: Sendable>: Sendable {
    case kept(Tensor, again: Again?)
    case gone(again: Again)

    var isKept: Bool { if case .kept = self { true } else { false } }

    mutating func release() {
      if case .kept(_, let again?) = self { self = .gone(again: again) }
    }
  }

  private struct Kept {
    /// [head, query, key]
    var all: Computed<Recomputation>
    /// The head that was looked at last, once `all` is gone: [query, key].
    var last: (head: Int, map: Tensor)?
    /// Whether that stays.
    var keepsLast = true
    /// [head, position, headSize]
    var context: Computed<AttentionRecomputation.Context>
  }

  private let kept: Mutex<Kept>
  /// Some queries of a head; nil where only whole heads can be computed again.
  private let rowsAgain: RowRecomputation?
  let shape: [Int]

  init(_ all: Tensor, context: Tensor, again: AttentionRecomputation?) {
    kept = Mutex(Kept(all: .kept(all, again: again?.heads), context: .kept(context, again: again?.context)))
    rowsAgain = again?.rows
    shape = all.shape
  }

  /// Of probabilities that are computed whenever they are asked for, and not kept.
  ///
  /// - Parameter shape: [heads, query, key].
  init(shape: [Int], context: Tensor, again: AttentionRecomputation) {
    kept = Mutex(
      Kept(all: .gone(again: again.heads), keepsLast: false, context: .kept(context, again: nil)))
    rowsAgain = again.rows
    self.shape = shape
  }

  /// Of attention that is read whenever it is asked for, and not kept.
  ///
  /// - Parameters:
  ///   - shape: [heads, query, key].
  ///   - context: [head, position, headSize].
  init(shape: [Int], context: Tensor, read: @escaping Recomputation) {
    kept = Mutex(Kept(all: .gone(again: read), keepsLast: false, context: .kept(context, again: nil)))
    rowsAgain = nil
    self.shape = shape
  }

  /// Of all heads, [head, query, key]; computed again each time where they were released.
  var all: Tensor {
    switch kept.withLock({ $0.all }) {
    case .kept(let all, _): all
    case .gone(let again): again(0..<shape[0])
    }
  }

  /// Of one head, [query, key].
  func map(of head: Int) -> Tensor {
    let (all, last) = kept.withLock { ($0.all, $0.last) }
    switch all {
    case .kept(let all, _): return all[slice: head]
    case .gone(let again):
      if let last, last.head == head { return last.map }
      let map = again(head..<head + 1)[slice: 0]
      kept.withLock { if $0.keepsLast { $0.last = (head, map) } }
      return map
    }
  }

  /// Whether some queries of a head can be had without the others.
  var readsRows: Bool { isKept || rowsAgain != nil }

  /// Of some queries of one head, [queries, key].
  func rows(of head: Int, _ queries: Range<Int>) -> Tensor {
    let (all, last) = kept.withLock { ($0.all, $0.last) }
    if case .gone = all, last?.head != head, let rowsAgain { return rowsAgain(head, queries) }
    return map(of: head)[rows: queries]
  }

  /// The values weighted by the probabilities. It stays once it had to be computed again.
  var context: Tensor {
    switch kept.withLock({ $0.context }) {
    case .kept(let context, _): return context
    case .gone(let again):
      let context = again()
      kept.withLock { $0.context = .kept(context, again: again) }
      return context
    }
  }

  /// Gives their memory back, where they can be computed again.
  func release() {
    // What is given back is given back outside of the lock.
    _ = kept.withLock { kept in
      let before = kept
      kept.all.release()
      kept.context.release()
      return before
    }
  }

  var isKept: Bool { kept.withLock { $0.all.isKept } }
}

/// Weak references to the memory of a trace's probabilities, and of what is computed from them.
public struct ProbabilityMemory {
  private struct Layer {
    weak var maps: AttentionMaps?
  }

  private let layers: [Layer]

  /// Of nothing.
  public init() { layers = [] }

  /// The memory of the probabilities of a trace, which it does not keep alive.
  public init(of trace: AttentionTrace) { layers = trace.layers.map { Layer(maps: $0.maps) } }

  /// How many bytes of probabilities can be released.
  public var bytes: Int {
    layers.reduce(0) { sum, layer in
      guard let maps = layer.maps, maps.isKept else { return sum }
      return sum + maps.shape.reduce(MemoryLayout<Float>.stride, *)
    }
  }

  /// Gives the memory back, where there are at least so many bytes of probabilities.
  public func release(from least: Int = 0) {
    guard bytes >= least else { return }
    for layer in layers { layer.maps?.release() }
  }
}
