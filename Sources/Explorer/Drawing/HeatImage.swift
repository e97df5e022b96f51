import Activations

/// A matrix brought to a size in dots: each dot shows the maximum of the pairs that fall on it, since an average would
/// hide spikes; where there are more dots than pairs, a pair takes several.
struct HeatImage {
  let columns: Int
  let rows: Int
  /// Row-major probabilities; nil where the mask blocks every pair of the dot.
  let dots: [Float?]

  /// A whole head in a picture of `columns` × `rows` dots.
  init(_ probabilities: Tensor, mask: AttentionMask, positions: Int, columns: Int, rows: Int) {
    self.init(
      probabilities, mask: mask,
      queries: (0..<max(rows, 0)).map { HeatImage.covered($0, of: rows, among: positions) },
      keys: (0..<max(columns, 0)).map { HeatImage.covered($0, of: columns, among: positions) })
  }

  /// A part of a head, each dot standing for `pooling` queries and keys.
  init(
    _ probabilities: Tensor, mask: AttentionMask, queries: Range<Int>, keys: Range<Int>,
    pooling: (queries: Int, keys: Int)
  ) {
    func groups(_ range: Range<Int>, _ size: Int) -> [Range<Int>] {
      stride(from: range.lowerBound, to: range.upperBound, by: max(size, 1)).map {
        $0..<min($0 + max(size, 1), range.upperBound)
      }
    }
    self.init(
      probabilities, mask: mask, queries: groups(queries, pooling.queries), keys: groups(keys, pooling.keys))
  }

  private init(_ probabilities: Tensor, mask: AttentionMask, queries: [Range<Int>], keys: [Range<Int>]) {
    columns = keys.count
    rows = queries.count
    var dots: [Float?] = []
    dots.reserveCapacity(columns * rows)
    for coveredQueries in queries {
      for coveredKeys in keys {
        var largest: Float?
        for query in coveredQueries {
          for key in coveredKeys where mask[query, key] {
            largest = max(largest ?? 0, probabilities[query, key])
          }
        }
        dots.append(largest)
      }
    }
    self.dots = dots
  }

  subscript(column: Int, row: Int) -> Float? {
    column >= 0 && column < columns && row >= 0 && row < rows ? dots[row * columns + column] : nil
  }

  /// Which of `positions` fall on dot `index` of `count`; never nothing, so that no token is dropped.
  static func covered(_ index: Int, of count: Int, among positions: Int) -> Range<Int> {
    let start = index * positions / count
    let end = (index + 1) * positions / count
    return start..<max(end, start + 1)
  }
}
