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

  /// All of them, in their order; nil where `isCancelled`, which is asked again and again, said yes.
  static func all(
    in encoding: Encoding, _ table: [[HeadStatistics]], isCancelled: () -> Bool
  ) -> (heads: [ConstantHead], wereLookedAt: Bool)? {
    let roles = TokenRoles(encoding.input)
    let isInParts = encoding.trace.isReadInParts
    var heads: [ConstantHead] = []
    var wereLookedAt = false
    var last: VisibleQueries?
    for (index, layer) in encoding.trace.layers.enumerated() {
      if isCancelled() { return nil }
      // Most layers have the mask of the layer before.
      let visible =
        last.flatMap { $0.mask == layer.mask ? $0 : nil }
        ?? VisibleQueries(layer.mask, queries: roles, keys: roles, keepsRows: false)
      last = visible
      // Rows over different keys differ without the head's doing.
      guard visible.areSame, visible.counted.count > 2, let first = visible.counted.first,
        layer.mask.visibleKeys(query: first) > 1
      else { continue }
      wereLookedAt = true
      for (head, statistics) in table[index].enumerated() where layer.ablations[head] == nil {
        if isCancelled() { return nil }
        // Rows with NaN lie in no distance from their mean.
        guard !isInParts || statistics.entropy.isFinite else { continue }
        guard let deviation = deviation(of: layer, head, visible.counted, isInParts: isInParts, isCancelled),
          deviation < threshold, let topKey = statistics.topKey
        else { continue }
        heads.append(
          ConstantHead(
            index: HeadIndex(layer: index, head: head), deviation: deviation, topKey: topKey,
            topKeyShare: statistics.topKeyShare,
            cause: cause(layer, head, statistics, visible.counted, topKey: topKey, roles)))
      }
    }
    return (heads, wereLookedAt)
  }

  /// See `deviation`; nil where it is not below the threshold, which is known before all rows have been read where they are not held,
  /// and where `isCancelled` said yes.
  private static func deviation(
    of layer: LayerTrace, _ head: Int, _ queries: [Int], isInParts: Bool, _ isCancelled: () -> Bool
  ) -> Double? {
    let keys = layer.mask.keys
    // Half of what rows differ by in all.
    let limit = threshold * Double(2 * queries.count)
    if isInParts, differ(layer, head, queries, by: limit * 1.01, isCancelled) || isCancelled() { return nil }
    var mean = [Float](repeating: 0, count: keys)
    layer.forEachRow(of: head, queries, isCancelled: isCancelled) { _, row in
      for key in 0..<keys { mean[key] += row[key] }
    }
    for key in 0..<keys { mean[key] /= Float(queries.count) }
    var sum = 0.0
    layer.forEachRow(of: head, queries, isCancelled: { isCancelled() || isInParts && sum >= limit }) { _, row in
      var distance: Float = 0
      for key in 0..<keys { distance += abs(row[key] - mean[key]) }
      sum += Double(distance)
    }
    return isCancelled() ? nil : sum / Double(2 * queries.count)
  }

  /// Whether rows lie so far from their mean in all, as far as can be told from some of them. Two rows are never further from each other
  /// than both together are from the mean, whatever that is: so few pairs of rows say of most heads that they are not constant.
  private static func differ(
    _ layer: LayerTrace, _ head: Int, _ queries: [Int], by limit: Double, _ isCancelled: () -> Bool
  ) -> Bool {
    let keys = layer.mask.keys
    let half = queries.count / 2
    var sum = 0.0
    for first in stride(from: 0, to: half, by: 16) {
      if isCancelled() { return false }
      let block = first..<min(first + 16, half)
      let (a, b) = (
        layer.rows(of: head, queries[block]), layer.rows(of: head, queries[half + first..<half + block.upperBound])
      )
      for place in block {
        let (rowA, rowB) = (
          a.pointer(row: queries[place] - queries[first]), b.pointer(row: queries[half + place] - queries[half + first])
        )
        var distance: Float = 0
        for key in 0..<keys { distance += abs(rowA[key] - rowB[key]) }
        sum += Double(distance)
      }
      withExtendedLifetime((a, b)) {}
      if sum >= limit { return true }
    }
    return false
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
