import Activations

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The entropy of a row of probabilities in nats: −Σ p ln p, where 0 ln 0 is 0.
public func entropy(of probabilities: [Float]) -> Double {
  var sum = 0.0
  for probability in probabilities where probability > 0 {
    let p = Double(probability)
    sum -= p * log(p)
  }
  return sum
}

/// What a session keeps of a computation, to recognise it when it is computed again: the mean entropy of each layer.
public struct Fingerprint: Sendable, Equatable {
  /// Nats, one entry a layer: the mean over all heads and all queries that are not PAD.
  public var meanEntropies: [Double]

  public init(meanEntropies: [Double]) { self.meanEntropies = meanEntropies }

  public init(_ encoding: Encoding) {
    let queries = encoding.input.realPositions
    meanEntropies = encoding.trace.layers.map { layer in
      let heads = layer.attentionProbabilities.shape[0]
      guard heads > 0, !queries.isEmpty else { return 0 }
      var sum = 0.0
      for head in 0..<heads {
        let probabilities = layer.attentionProbabilities[slice: head]
        for query in queries { sum += entropy(of: probabilities.row(query)) }
      }
      return sum / Double(heads * queries.count)
    }
  }

  /// Two fingerprints of one computation differ by what rounding does on different processors, and by no more than
  /// this many nats.
  public static let tolerance = 1e-3

  /// The largest difference in any layer, in nats; infinite where the number of layers is not the same.
  public func largestDifference(from other: Fingerprint) -> Double {
    guard meanEntropies.count == other.meanEntropies.count else { return .infinity }
    return zip(meanEntropies, other.meanEntropies).map { abs($0 - $1) }.max() ?? 0
  }
}
