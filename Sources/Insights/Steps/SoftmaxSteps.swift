import Activations

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The softmax of one query in its parts, each with one entry a key.
///
/// Computed in double precision from the captured queries and keys, which are of single precision: agrees with the
/// captured probabilities to about 1e-6.
public struct SoftmaxSteps: Sendable, Equatable {
  /// q · k
  public let scores: [Double]
  /// q · k × scale, and what the family adds.
  public let scaledScores: [Double]
  /// Whether the mask lets the query see the key.
  public let isVisible: [Bool]
  /// The largest scaled score of a visible key; nil where there is none. Subtracting it changes no quotient, and keeps
  /// the exponentials from becoming too large.
  public let maximum: Double?
  /// e^(scaled score − maximum), from 0 to 1; 0 for blocked keys.
  public let exponentials: [Double]
  /// The sum of the exponentials, from 1 to the number of visible keys; 0 where there is none.
  public let sum: Double
  /// exponential ÷ sum; all 0 by definition where no key is visible.
  public let probabilities: [Double]

  /// - Parameters:
  ///   - scale: another scale than the layer's own, to see what the scaling is for.
  ///   - scalesBias: whether what the family adds is scaled, too, as it is where that is a part of the same sum.
  public init(layer: LayerTrace, head: Int, query: Int, scale: Float? = nil, scalesBias: Bool = false) {
    let keys = layer.keys.shape[1]
    precondition(
      (0..<layer.queries.shape[0]).contains(head) && (0..<layer.queries.shape[1]).contains(query),
      "a head and a query of this layer")
    let (ofQueries, ofKeys) = (layer.queries.withPackedRows, layer.keys.withPackedRows)
    let scores = withExtendedLifetime((ofQueries, ofKeys)) {
      let vector = ofQueries.pointer(head, row: query)
      return (0..<keys).map { preciseDotProduct(vector, ofKeys.pointer(head, row: $0), count: ofQueries.shape[2]) }
    }
    let scale = Double(scale ?? layer.scale)
    // Added to the scaled scores as it is captured.
    let factor = scalesBias && layer.scale != 0 ? scale / Double(layer.scale) : 1
    let bias = layer.scoreBias?[slice: head]
    let scaledScores =
      bias.map { bias in
        scores.enumerated().map { key, score in score * scale + Double(bias[query, key]) * factor }
      } ?? scores.map { $0 * scale }
    self.init(
      scores: scores, scaledScores: scaledScores, isVisible: (0..<keys).map { layer.mask[query, $0] })
  }

  init(scores: [Double], scaledScores: [Double], isVisible: [Bool]) {
    self.scores = scores
    self.scaledScores = scaledScores
    self.isVisible = isVisible
    let maximum = zip(scaledScores, isVisible).filter(\.1).map(\.0).max()
    let exponentials = zip(scaledScores, isVisible).map { score, isVisible in
      isVisible ? exp(score - (maximum ?? 0)) : 0
    }
    let sum = exponentials.reduce(0, +)
    self.maximum = maximum
    self.exponentials = exponentials
    self.sum = sum
    probabilities = maximum == nil ? exponentials : exponentials.map { $0 / sum }
  }

  /// The entropy of the probabilities in nats, from 0 to ln of the number of visible keys.
  public var entropy: Double {
    probabilities.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 }
  }

  /// The largest absolute difference from other probabilities of this query, the captured ones for instance.
  public func largestDifference(from captured: [Float]) -> Double {
    zip(probabilities, captured).reduce(0) { worst, pair in
      let difference = abs(pair.0 - Double(pair.1))
      return difference > worst || difference.isNaN ? difference : worst
    }
  }
}

/// What implementations do with blocked keys. They agree where a query sees any key, and only there.
public enum BlockingMethod: String, Sendable, CaseIterable {
  /// Blocked keys get 0 by definition, and a query that sees none gets a row of zeros: what Headscope does.
  case zero
  /// −10000 is added to blocked scores (early BERT): a query that sees none gets the softmax of the scores as if nothing was
  /// blocked, with what precision the sum leaves them.
  case addedNumber
  /// Blocked scores become the lowest number there is: a query that sees none gets even attention.
  case lowestNumber
  /// Blocked scores become −infinity: a query that sees none gets NaN, from −infinity less −infinity.
  case minusInfinity
}

extension SoftmaxSteps {
  /// The probabilities of this query as an implementation of the given kind computes them, in single precision.
  public func probabilities(_ method: BlockingMethod) -> [Float] {
    let scores = zip(scaledScores, isVisible).map { score, isVisible -> Float in
      let score = Float(score)
      if isVisible { return score }
      return switch method {
      case .zero, .minusInfinity: -.infinity
      case .addedNumber: score + -10_000
      case .lowestNumber: -.greatestFiniteMagnitude
      }
    }
    if method == .zero, !isVisible.contains(true) { return scores.map { _ in 0 } }
    let maximum = scores.max() ?? 0
    let exponentials = scores.map { expf($0 - maximum) }
    let sum = exponentials.reduce(0, +)
    return exponentials.map { $0 / sum }
  }
}

/// Σ weight × value over the keys, in double precision, of products in single precision, as they are shown.
///
/// - Parameters:
///   - values: [key, headSize].
///   - weights: one for each key; further ones are not looked at.
public func weightedSum(of values: Tensor, by weights: [Float]) -> [Double] {
  let rows = values.withPackedRows
  let size = rows.shape[1]
  var sum = [Double](repeating: 0, count: size)
  withExtendedLifetime(rows) {
    sum.withUnsafeMutableBufferPointer { sum in
      for (key, weight) in zip(0..<rows.shape[0], weights) {
        let row = rows.pointer(row: key)
        for place in 0..<size { sum[place] += Double(row[place] * weight) }
      }
    }
  }
  return sum
}
