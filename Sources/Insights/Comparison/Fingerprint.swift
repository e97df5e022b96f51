import Activations

/// What a session keeps of a computation, to recognise it when it is computed again: the mean entropy of each layer.
public struct Fingerprint: Sendable, Equatable {
  /// Nats, one entry a layer: the mean over all heads and all queries that are not PAD. NaN where a probability is.
  public var meanEntropies: [Double]

  /// The mean entropy of each layer, in nats.
  public init(meanEntropies: [Double]) { self.meanEntropies = meanEntropies }

  /// Computes the mean entropies of an encoding: from what was taken on the way, where anything was. Where its probabilities are read
  /// in parts, which would take too long, there are none else.
  public init(_ encoding: Encoding) {
    let queries = encoding.queryInput.realPositions
    if let overviews = encoding.trace.overviews ?? (encoding.trace.isReadInParts ? [] : nil) {
      meanEntropies = overviews.map { heads in
        guard !heads.isEmpty, !queries.isEmpty else { return 0 }
        // What a statistic says is of the queries that see a key; the entropy of others is 0.
        let sum = heads.reduce(0) { $0 + $1.statistics.entropy * Double($1.statistics.queries) }
        return sum / Double(heads.count * queries.count)
      }
      return
    }
    meanEntropies = encoding.trace.layers.map { layer in
      let probabilities = layer.attentionProbabilities.withPackedRows
      let heads = probabilities.shape[0]
      let keys = probabilities.shape[2]
      guard heads > 0, !queries.isEmpty else { return 0 }
      let sums = ColumnSums(count: keys)
      var sum = 0.0
      withExtendedLifetime(probabilities) {
        for head in 0..<heads {
          for (index, query) in queries.enumerated() {
            sums.addTimesLogarithm(of: probabilities.pointer(head, row: query), 0..<keys)
            if index % ColumnSums.mostRows == ColumnSums.mostRows - 1 { sum -= sums.take() }
          }
          sum -= sums.take()
        }
      }
      return sum / Double(heads * queries.count)
    }
  }

  /// Two fingerprints of one computation differ by what rounding does on different processors, and by no more than
  /// this many nats.
  public static let tolerance = 1e-3

  /// The largest difference in any layer, in nats; infinite where the number of layers is not the same, and where only one
  /// of both has NaN in a layer.
  public func largestDifference(from other: Fingerprint) -> Double {
    guard meanEntropies.count == other.meanEntropies.count else { return .infinity }
    return zip(meanEntropies, other.meanEntropies).map { a, b in
      a.isNaN || b.isNaN ? (a.isNaN && b.isNaN ? 0 : .infinity) : abs(a - b)
    }.max() ?? 0
  }
}
