import Activations
import Explorer
import Insights

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
  ///
  /// - Parameter pooling: how many queries and keys a dot stands for; nil shares them out among the dots.
  init(
    _ probabilities: Tensor, mask: AttentionMask, columns: Int, rows: Int, pooling: Int? = nil,
    filter: PictureFilter? = nil, weights: [Float]? = nil
  ) {
    self.init(
      PairMap(probabilities), mask: mask, filter: filter, weights: weights,
      queries: HeatImage.covered(rows, among: probabilities.shape[0], pooling: pooling),
      keys: HeatImage.covered(columns, among: probabilities.shape[1], pooling: pooling))
  }

  /// Which of `positions` each of so many dots stands for.
  private static func covered(_ dots: Int, among positions: Int, pooling: Int?) -> [Range<Int>] {
    (0..<max(dots, 0)).map { dot in
      guard let pooling, pooling > 1 else { return HeatImage.covered(dot, of: dots, among: positions) }
      // Of cells that are higher than wide, two may show the same tokens.
      let group = dot * ((positions + pooling - 1) / pooling) / dots
      let first = min(group * pooling, max(positions - 1, 0))
      return first..<min(first + pooling, max(positions, 1))
    }
  }

  /// A matrix of which only a coarse picture is kept; `pooling` is a multiple of what a cell of that stands for.
  init(_ coarse: CoarsePicture, columns: Int, rows: Int, pooling: Int, filter: PictureFilter? = nil) {
    let cellsPerDot = max(pooling / max(coarse.factor, 1), 1)
    self.init(
      coarse, rows: HeatImage.covered(rows, among: coarse.rows, pooling: cellsPerDot),
      columns: HeatImage.covered(columns, among: coarse.columns, pooling: cellsPerDot), filter)
  }

  /// A part of a matrix of which only a coarse picture is kept; it begins with the first query and key of a dot.
  init(
    _ coarse: CoarsePicture, queries: Range<Int>, keys: Range<Int>, pooling: Int, filter: PictureFilter? = nil
  ) {
    let factor = max(coarse.factor, 1)
    func groups(_ range: Range<Int>) -> [Range<Int>] {
      stride(from: range.lowerBound, to: range.upperBound, by: max(pooling, 1)).map {
        $0 / factor..<(min($0 + max(pooling, 1), range.upperBound) + factor - 1) / factor
      }
    }
    self.init(coarse, rows: groups(queries), columns: groups(keys), filter)
  }

  /// Each dot stands for some rows and columns of cells.
  private init(
    _ coarse: CoarsePicture, rows queries: [Range<Int>], columns keys: [Range<Int>], _ filter: PictureFilter?
  ) {
    columns = keys.count
    rows = queries.count
    if let filter, filter.isActive {
      /// Whether all tokens of some cells are hidden.
      func areHidden(_ cells: Range<Int>, _ isHidden: [Bool]) -> Bool {
        (cells.lowerBound * coarse.factor..<cells.upperBound * coarse.factor).clamped(to: isHidden.indices)
          .allSatisfy { isHidden[$0] }
      }
      let (ofQueries, ofKeys) = (
        queries.map { areHidden($0, filter.isHiddenQuery) }, keys.map { areHidden($0, filter.isHiddenKey) }
      )
      hidden = ofQueries.flatMap { query in ofKeys.map { query || $0 } }
    } else {
      hidden = []
    }
    dots = queries.flatMap { queries in keys.map { coarse.pooled(rows: queries, columns: $0) } }
  }

  /// A head of which nothing has been read yet: there is nothing to show at any dot.
  init(columns: Int, rows: Int) {
    (self.columns, self.rows) = (columns, rows)
    dots = Array(repeating: nil, count: columns * rows)
    hidden = Array(repeating: true, count: columns * rows)
  }

  /// A part of a head, each dot standing for `pooling` queries and keys.
  init(
    _ probabilities: PairMap, mask: AttentionMask, queries: Range<Int>, keys: Range<Int>,
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
  init(differences: Tensor, queries: Range<Int>, keys: Range<Int>, pooling: Int) {
    func groups(_ places: Range<Int>) -> [Range<Int>] {
      stride(from: places.lowerBound, to: places.upperBound, by: max(pooling, 1)).map {
        $0..<min($0 + max(pooling, 1), places.upperBound)
      }
    }
    let (ofQueries, ofKeys) = (groups(queries), groups(keys))
    rows = ofQueries.count
    columns = ofKeys.count
    hidden = []
    dots = ofQueries.flatMap { queries in
      let largest = differences.largestMagnitudes(queries)
      return ofKeys.map { keys in largest[keys].reduce(Float(0)) { $0.pooledByMagnitude(with: $1) } }
    }
  }

  private init(
    _ probabilities: PairMap, mask: AttentionMask, filter: PictureFilter?, weights: [Float]? = nil,
    queries: [Range<Int>], keys: [Range<Int>]
  ) {
    columns = keys.count
    rows = queries.count
    let filter = filter.flatMap { $0.isActive ? $0 : nil }
    let shownKeys = keys.map { keys in
      keys.clamped(to: 0..<min(probabilities.shape[1], mask.keys)).filter { filter?.hides(key: $0) != true }
    }
    var dots: [Float?] = []
    var hidden: [Bool] = []
    dots.reserveCapacity(columns * rows)
    for coveredQueries in queries {
      let shownQueries = coveredQueries.filter { filter?.hides(query: $0) != true }
      let maxima = probabilities.columnMaxima(shownQueries, mask: mask, weights: weights)
      for keys in shownKeys {
        dots.append(ColumnMaxima.value(keys.reduce(ColumnMaxima.blocked) { max($0, maxima[$1]) }))
        if filter != nil { hidden.append(shownQueries.isEmpty || keys.isEmpty) }
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
