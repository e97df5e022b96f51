import Activations

/// A head that attends alike whatever the query is.
public struct ConstantHead: Sendable, Equatable {
  /// What makes it so.
  public enum Cause: Sendable, Equatable {
    /// All its query vectors are the same: only the bias is left of them.
    case sameQueries
    /// All its key vectors are the same, so that no key is better than another.
    case sameKeys
    /// Nearly all goes to one token that says nothing, `[CLS]` or `[SEP]`: a head at rest (Clark et al. 2019).
    case resting
    /// Its shares are nearly even.
    case even
    /// Its scores depend on the key much more than on the query.
    case keysAlone
  }

  /// Which head it is.
  public var index: HeadIndex
  /// The mean over the queries of ½ Σ |p − p̄|, with p̄ the mean row: 0 where all rows are the same, 1 at most.
  public var deviation: Double
  /// The key that gets most, and its share.
  public var topKey: Int
  /// The share of that key, a mean over the queries, from 0 to 1.
  public var topKeyShare: Double
  /// What makes it constant.
  public var cause: Cause

  /// The deviation below which a head counts as constant.
  public static let threshold = 0.01

  /// All of them, in their order; nil where `isCancelled`, which is asked before each layer, said yes.
  static func all(
    in encoding: Encoding, _ table: [[HeadStatistics]], isCancelled: () -> Bool
  ) -> (heads: [ConstantHead], wereLookedAt: Bool)? {
    let roles = TokenRoles(encoding.input)
    var heads: [ConstantHead] = []
    var wereLookedAt = false
    for (index, layer) in encoding.trace.layers.enumerated() {
      if isCancelled() { return nil }
      let visible = VisibleQueries(layer.mask, queries: roles, keys: roles)
      // Rows over different keys differ without the head's doing.
      guard visible.areSame, visible.counted.count > 2, let first = visible.counted.first,
        layer.mask.visibleKeys(query: first) > 1
      else { continue }
      wereLookedAt = true
      for (head, statistics) in table[index].enumerated() where layer.ablations[head] == nil {
        let deviation = deviation(of: layer.attentionProbabilities[slice: head], queries: visible.counted)
        guard deviation < threshold, let topKey = statistics.topKey else { continue }
        heads.append(
          ConstantHead(
            index: HeadIndex(layer: index, head: head), deviation: deviation, topKey: topKey,
            topKeyShare: statistics.topKeyShare,
            cause: cause(layer, head, statistics, visible.counted, topKey: topKey, roles)))
      }
    }
    return (heads, wereLookedAt)
  }

  private static func deviation(of map: Tensor, queries: [Int]) -> Double {
    let rows = map.withPackedRows
    let keys = rows.shape[1]
    return withExtendedLifetime(rows) {
      var mean = [Float](repeating: 0, count: keys)
      for query in queries {
        let row = rows.pointer(row: query)
        for key in 0..<keys { mean[key] += row[key] }
      }
      for key in 0..<keys { mean[key] /= Float(queries.count) }
      var sum = 0.0
      for query in queries {
        let row = rows.pointer(row: query)
        var distance: Float = 0
        for key in 0..<keys { distance += abs(row[key] - mean[key]) }
        sum += Double(distance)
      }
      return sum / Double(2 * queries.count)
    }
  }

  private static func cause(
    _ layer: LayerTrace, _ head: Int, _ statistics: HeadStatistics, _ queries: [Int], topKey: Int, _ roles: TokenRoles
  ) -> Cause {
    if spread(of: layer.queries[slice: head], at: queries) < 1e-6 { return .sameQueries }
    if spread(of: layer.keys[slice: head], at: queries) < 1e-6 { return .sameKeys }
    if statistics.topKeyShare > 0.9, topKey == roles.first || roles.isSeparator[topKey] { return .resting }
    return statistics.entropy > Evenness.threshold * statistics.entropyCeiling ? .even : .keysAlone
  }

  /// Σ |v − v̄|² / Σ |v|² of some rows: 0 where all of them are the same.
  private static func spread(of vectors: Tensor, at positions: [Int]) -> Double {
    let rows = positions.map { vectors.row($0).map(Double.init) }
    let size = vectors.shape[1]
    let mean = (0..<size).map { place in rows.reduce(0) { $0 + $1[place] } / Double(max(rows.count, 1)) }
    let total = rows.reduce(0) { $0 + $1.reduce(0) { $0 + $1 * $1 } }
    let apart = rows.reduce(0) { $0 + zip($1, mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
    return total > 0 ? apart / total : 0
  }
}
