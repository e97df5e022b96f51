import Activations
import Support

/// How different any two heads are, in the attention they compute for one input.
///
/// The distance is that of Clark et al. (2019): the Jensen-Shannon divergence between the two heads' probabilities in nats,
/// summed over the queries that count (not PAD, at least one visible key). Before that every probability of a visible key
/// becomes 0.999 p + 0.001 / n, with n the number of keys that the query sees. 0 for heads that do the same, at most
/// `queries` · ln 2. Which keys are visible is the requested mask's matter; a layer's own mask may be stricter.
public struct HeadDistances: Sendable {
  /// Another head, and how far it is.
  public struct Neighbour: Sendable, Equatable {
    /// The other head.
    public let head: HeadIndex
    /// In nats, summed over queries.
    public let distance: Double
  }

  /// How many queries were summed over.
  public let queries: Int
  /// How many layers and heads there are.
  public let layers: Int
  /// How many heads a layer has.
  public let heads: Int
  private let probabilities: [Tensor]
  private let visible: VisibleQueries
  /// Σ p ln p of each head's smoothed probabilities over all queries, layer by layer.
  private let logarithms: [Double]

  /// Prepares the distances: one pass over all probabilities. Each distance is computed when it is asked for.
  public init(_ encoding: Encoding) {
    var isDone = false
    self.init(encoding, isCancelled: { false }, &isDone)
  }

  /// Nil where `isCancelled`, which is asked before each layer, said yes.
  public init?(_ encoding: Encoding, isCancelled: () -> Bool) {
    var isDone = false
    self.init(encoding, isCancelled: isCancelled, &isDone)
    if !isDone { return nil }
  }

  private init(_ encoding: Encoding, isCancelled: () -> Bool, _ isDone: inout Bool) {
    let visible = VisibleQueries(encoding.mask, of: encoding)
    let probabilities = encoding.trace.layers.map(\.attentionProbabilities.withPackedRows)
    let heads = encoding.trace.heads
    self.visible = visible
    self.probabilities = probabilities
    self.heads = heads
    queries = visible.counted.count
    layers = probabilities.count
    var logarithms: [Double] = []
    for layer in probabilities where !isCancelled() {
      logarithms += (0..<heads).map { head in
        let sums = ColumnSums(count: encoding.input.count)
        return visible.sum(sums) { query in
          sums.addTimesLogarithm(
            of: layer.pointer(head, row: query), weight: HeadDistances.kept,
            and: visible.evenRow(query, 0..<sums.count, sums.scratch),
            weight: HeadDistances.spread, 0..<sums.count)
        }
      }
    }
    self.logarithms = logarithms
    isDone = logarithms.count == probabilities.count * heads
  }

  private static let kept: Float = 0.999
  private static let spread: Float = 0.001

  /// The distance between two heads, in nats.
  public func distance(_ a: HeadIndex, _ b: HeadIndex) -> Double {
    precondition(holds(a) && holds(b), "heads of this encoding")
    guard a != b else { return 0 }
    let sums = ColumnSums(count: visible.mask.keys)
    return distance(a, b, sums)
  }

  private func holds(_ head: HeadIndex) -> Bool {
    (0..<layers).contains(head.layer) && (0..<heads).contains(head.head)
  }

  private func distance(_ a: HeadIndex, _ b: HeadIndex, _ sums: ColumnSums) -> Double {
    let (layerA, layerB) = (probabilities[a.layer], probabilities[b.layer])
    // The divergence is the entropy of the mean less the mean of the entropies, and smoothing the mean is the mean of the
    // smoothed: so only one logarithm a pair of probabilities has to be computed.
    let ofMean = visible.sum(sums) { query in
      sums.addTimesLogarithm(
        of: layerA.pointer(a.head, row: query), and: layerB.pointer(b.head, row: query),
        weight: HeadDistances.kept / 2, and: visible.evenRow(query, 0..<sums.count, sums.scratch),
        weight: HeadDistances.spread)
    }
    let mean = (logarithms[a.layer * heads + a.head] + logarithms[b.layer * heads + b.head]) / 2
    return max(mean - ofMean, 0)
  }

  /// The distances of all heads from one, [layer][head], in nats.
  public func distances(from head: HeadIndex) -> [[Double]] {
    precondition(holds(head), "a head of this encoding")
    let sums = ColumnSums(count: visible.mask.keys)
    return (0..<layers).map { layer in
      (0..<heads).map {
        let other = HeadIndex(layer: layer, head: $0)
        return other == head ? 0 : distance(head, other, sums)
      }
    }
  }

  /// The other heads, nearest first; heads that are equally far in the order of layers and heads.
  public func neighbours(of head: HeadIndex) -> [Neighbour] {
    neighbours(of: head, isCancelled: { false }) ?? []
  }

  /// The same; nil where `isCancelled`, which is asked before each layer, said yes.
  public func neighbours(of head: HeadIndex, isCancelled: () -> Bool) -> [Neighbour]? {
    precondition(holds(head), "a head of this encoding")
    let sums = ColumnSums(count: visible.mask.keys)
    var all: [Neighbour] = []
    for layer in 0..<layers {
      if isCancelled() { return nil }
      for index in 0..<heads where HeadIndex(layer: layer, head: index) != head {
        let other = HeadIndex(layer: layer, head: index)
        all.append(Neighbour(head: other, distance: distance(head, other, sums)))
      }
    }
    // Swift's sort is stable.
    return all.sorted { $0.distance.isSmaller(than: $1.distance) }
  }

  /// All distances: [layer · heads + head][layer · heads + head], in nats. Symmetric, 0 on the diagonal.
  public func matrix() -> [[Double]] {
    let count = layers * heads
    let sums = ColumnSums(count: visible.mask.keys)
    var matrix = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
    for a in 0..<count {
      for b in 0..<a {
        let indices = [a, b].map { HeadIndex(layer: $0 / heads, head: $0 % heads) }
        matrix[a][b] = distance(indices[0], indices[1], sums)
        matrix[b][a] = matrix[a][b]
      }
    }
    return matrix
  }
}

extension VisibleQueries {
  /// Calls `add`, which adds a row to `sums`, for every counted query; the total.
  @inline(__always)
  func sum(_ sums: ColumnSums, _ add: (_ query: Int) -> Void) -> Double {
    var total = 0.0
    for (index, query) in counted.enumerated() {
      add(query)
      if index % ColumnSums.mostRows == ColumnSums.mostRows - 1 { total += sums.take() }
    }
    return total + sums.take()
  }
}
