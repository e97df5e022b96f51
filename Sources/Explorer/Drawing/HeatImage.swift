import Activations

/// A matrix brought to a size in dots: each dot shows the maximum of the pairs that fall on it, since an average would
/// hide spikes; where there are more dots than pairs, a pair takes several.
struct HeatImage {
  let columns: Int
  let rows: Int
  /// Row-major probabilities; nil where the mask blocks every pair of the dot.
  let dots: [Float?]
  /// True for dots that only stand for pairs that are hidden from the picture; empty where nothing is hidden.
  let hidden: [Bool]

  /// A whole head in a picture of `columns` × `rows` dots; each key's probabilities are multiplied by its weight, if any.
  init(
    _ probabilities: Tensor, mask: AttentionMask, positions: Int, columns: Int, rows: Int, filter: PictureFilter? = nil,
    weights: [Float]? = nil
  ) {
    self.init(
      probabilities, mask: mask, filter: filter, weights: weights,
      queries: (0..<max(rows, 0)).map { HeatImage.covered($0, of: rows, among: positions) },
      keys: (0..<max(columns, 0)).map { HeatImage.covered($0, of: columns, among: positions) })
  }

  /// A part of a head, each dot standing for `pooling` queries and keys.
  init(
    _ probabilities: Tensor, mask: AttentionMask, queries: Range<Int>, keys: Range<Int>,
    pooling: (queries: Int, keys: Int), filter: PictureFilter? = nil
  ) {
    func groups(_ range: Range<Int>, _ size: Int) -> [Range<Int>] {
      stride(from: range.lowerBound, to: range.upperBound, by: max(size, 1)).map {
        $0..<min($0 + max(size, 1), range.upperBound)
      }
    }
    self.init(
      probabilities, mask: mask, filter: filter, queries: groups(queries, pooling.queries),
      keys: groups(keys, pooling.keys))
  }

  /// A matrix of differences or similarities, each dot standing for `pooling` queries and keys: it shows the number that
  /// is largest in either direction.
  init(differences: Tensor, places: Range<Int>, pooling: Int) {
    let groups = stride(from: places.lowerBound, to: places.upperBound, by: max(pooling, 1)).map {
      $0..<min($0 + max(pooling, 1), places.upperBound)
    }
    rows = groups.count
    columns = groups.count
    hidden = []
    dots = groups.flatMap { queries in
      groups.map { keys in
        var largest: Float = 0
        for query in queries {
          for key in keys where !(abs(differences[query, key]) <= abs(largest)) { largest = differences[query, key] }
        }
        return largest
      }
    }
  }

  private init(
    _ probabilities: Tensor, mask: AttentionMask, filter: PictureFilter?, weights: [Float]? = nil,
    queries: [Range<Int>], keys: [Range<Int>]
  ) {
    columns = keys.count
    rows = queries.count
    var dots: [Float?] = []
    var hidden: [Bool] = []
    dots.reserveCapacity(columns * rows)
    let filter = filter.flatMap { $0.isActive ? $0 : nil }
    for coveredQueries in queries {
      for coveredKeys in keys {
        var largest: Float?
        if let filter {
          var isHidden = true
          for query in coveredQueries where !filter.hides(query: query) {
            for key in coveredKeys where !filter.hides(key: key) {
              isHidden = false
              if mask[query, key] {
                largest = max(largest ?? 0, probabilities[query, key] * (weights?[key] ?? 1))
              }
            }
          }
          hidden.append(isHidden)
          dots.append(largest)
          continue
        }
        for query in coveredQueries {
          for key in coveredKeys where mask[query, key] {
            largest = max(largest ?? 0, probabilities[query, key] * (weights?[key] ?? 1))
          }
        }
        dots.append(largest)
      }
    }
    self.dots = dots
    self.hidden = hidden
  }

  /// Whether there is nothing to show at a dot.
  func isHidden(_ column: Int, _ row: Int) -> Bool { !hidden.isEmpty && hidden[row * columns + column] }

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
