import Activations

/// Attention between parts of a text, from that between its tokens: what goes to the tokens of a part is summed, what comes from them is
/// averaged. Rows that sum to 1 still do.
package struct PooledAttention: Sendable, Equatable {
  /// [part, part]
  package let probabilities: Tensor
  /// A part may attend to another one where a token of it may attend to one of that.
  package let mask: AttentionMask

  /// So many numbers are looked at together.
  private static let together = 1 << 20

  /// Reads a head some rows at a time.
  ///
  /// - Returns: nil where `isCancelled` said yes on the way.
  package init?(_ head: Int, of layer: LayerTrace, _ groups: WordGroups, isCancelled: () -> Bool) {
    let (queries, keys) = (layer.mask.queries, layer.mask.keys)
    let count = groups.count
    guard queries == keys, groups.ranges.last?.upperBound ?? 0 == keys else { return nil }
    // Where single rows cannot be had, each asks for all of them.
    let whole = layer.readsRows ? nil : layer.probabilities(head: head)
    let block = max(PooledAttention.together / max(keys, 1), 1)
    var sums = [Double](repeating: 0, count: count * count)
    var first = 0
    while first < queries {
      if isCancelled() { return nil }
      let range = first..<min(first + block, queries)
      let rows = whole?[rows: range] ?? layer.probabilities(head: head, queries: range)
      PooledAttention.add(rows, from: first, groups, to: &sums)
      first = range.upperBound
    }
    probabilities = Tensor(shape: [count, count]) { numbers in
      for (from, tokens) in groups.ranges.enumerated() {
        for to in 0..<count { numbers[from * count + to] = Float(sums[from * count + to] / Double(tokens.count)) }
      }
    }
    mask = PooledAttention.mask(layer.mask, groups)
  }

  /// Adds rows of tokens to those of their parts.
  private static func add(_ rows: Tensor, from first: Int, _ groups: WordGroups, to sums: inout [Double]) {
    let (rows, count) = (rows.withPackedRows, groups.count)
    sums.withUnsafeMutableBufferPointer { sums in
      withExtendedLifetime(rows) {
        for place in 0..<rows.shape[0] {
          let (row, start) = (rows.pointer(row: place), groups.index(at: first + place) * count)
          for (to, tokens) in groups.ranges.enumerated() {
            var sum = 0.0
            for key in tokens { sum += Double(row[key]) }
            sums[start + to] += sum
          }
        }
      }
    }
  }

  /// A mask between parts of a text.
  package static func mask(_ mask: AttentionMask, _ groups: WordGroups) -> AttentionMask {
    let count = groups.count
    var allowed = [Bool](repeating: false, count: count * count)
    mask.allowed.withUnsafeBufferPointer { pairs in
      for (from, queries) in groups.ranges.enumerated() {
        for (to, keys) in groups.ranges.enumerated() {
          allowed[from * count + to] = queries.contains { query in
            keys.contains { pairs[query * mask.keys + $0] }
          }
        }
      }
    }
    return AttentionMask(size: count, allowed: allowed)
  }

  package static func == (a: PooledAttention, b: PooledAttention) -> Bool {
    a.mask == b.mask && a.probabilities.shape == b.probabilities.shape
      && a.probabilities.values().elementsEqual(b.probabilities.values()) { $0.bitPattern == $1.bitPattern }
  }
}
