import Activations

/// How the heads of a layer are made into one.
public enum HeadPooling: String, Sendable, CaseIterable {
  /// The mean over the heads: rows still sum to 1.
  case mean
  /// The largest probability of any head: rows sum to 1 or more.
  case maximum
}

extension LayerTrace {
  /// Whether anything of a head goes on: not where it was switched off with its output set to zero.
  public func carries(head: Int) -> Bool { ablations[head] != .zeroOutput }

  /// The probabilities of all heads made into one, [query, key]. Heads whose output was set to zero pass nothing on and are left
  /// out; where that is all of them, everything is 0.
  public func pooledProbabilities(_ pooling: HeadPooling) -> Tensor {
    pooledProbabilities(pooling, queries: 0..<mask.queries)
  }

  /// The same of some queries, [queries, key].
  public func pooledProbabilities(_ pooling: HeadPooling, queries: Range<Int>) -> Tensor {
    Tensor(shape: [queries.count, mask.keys]) { result in
      guard let start = result.baseAddress else { return }
      poolProbabilities(pooling, queries: queries, keys: 0..<mask.keys, into: start, stride: mask.keys)
    }
  }

  /// The same of some queries and keys: [queries, keys], whose rows lie `stride` apart.
  func poolProbabilities(
    _ pooling: HeadPooling, queries: Range<Int>, keys: Range<Int>, into target: UnsafeMutablePointer<Float>, stride: Int
  ) {
    for row in 0..<queries.count { (target + row * stride).update(repeating: 0, count: keys.count) }
    let pooled = (0..<heads).filter(carries)
    for head in pooled {
      let rows = probabilities(head: head, queries: queries).withPackedRows
      withExtendedLifetime(rows) {
        for place in 0..<queries.count {
          let (sums, row) = (target + place * stride, rows.pointer(row: place) + keys.lowerBound)
          switch pooling {
          case .mean: for key in 0..<keys.count { sums[key] += row[key] }
          case .maximum:
            // NaN, once seen, stays.
            for key in 0..<keys.count { sums[key] = row[key] > sums[key] || row[key].isNaN ? row[key] : sums[key] }
          }
        }
      }
    }
    guard pooling == .mean, !pooled.isEmpty else { return }
    for place in 0..<queries.count {
      let sums = target + place * stride
      for key in 0..<keys.count { sums[key] /= Float(pooled.count) }
    }
  }
}
