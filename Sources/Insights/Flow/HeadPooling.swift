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
    let rows = attentionProbabilities.withPackedRows
    let (queries, keys) = (rows.shape[1], rows.shape[2])
    let heads = (0..<rows.shape[0]).filter(carries)
    return Tensor(shape: [queries, keys]) { result in
      guard let start = result.baseAddress else { return }
      result.update(repeating: 0)
      withExtendedLifetime(rows) {
        for query in 0..<queries {
          let sums = start + query * keys
          for head in heads {
            let row = rows.pointer(head, row: query)
            switch pooling {
            case .mean: for key in 0..<keys { sums[key] += row[key] }
            case .maximum:
              // NaN, once seen, stays.
              for key in 0..<keys { sums[key] = row[key] > sums[key] || row[key].isNaN ? row[key] : sums[key] }
            }
          }
          guard pooling == .mean, !heads.isEmpty else { continue }
          for key in 0..<keys { sums[key] /= Float(heads.count) }
        }
      }
    }
  }
}
