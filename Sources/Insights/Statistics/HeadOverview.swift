import Activations

/// What is kept of a head whose probabilities are too many to be held: a coarse picture, and its numbers.
public struct HeadOverview: Sendable, Equatable {
  /// How many queries and keys a cell of the picture stands for.
  public let factor: Int
  /// The largest probability in each cell, row by row; nil where the mask blocks all of it.
  public let cells: [Float?]
  /// How many cells a row has.
  public let columns: Int
  /// The largest probability that the mask lets through.
  public let largest: Float
  /// Where that is; nil where nothing is larger than 0.
  public let strongest: Pair?
  /// What the head does, in numbers.
  public let statistics: HeadStatistics

  /// A query and a key, by their positions.
  public struct Pair: Sendable, Equatable {
    /// The position of the query.
    public let query: Int
    /// The position of the key.
    public let key: Int
  }

  /// The picture has so many cells in each direction at most.
  static let mostCells = 128

  /// How many queries and keys a cell stands for where there are so many.
  public static func factor(queries: Int, keys: Int) -> Int { max((max(queries, keys) + mostCells - 1) / mostCells, 1) }

  /// How many rows of cells there are.
  public var rows: Int { columns > 0 ? cells.count / columns : 0 }

  /// Those of all heads of a layer, read one after the other; nil where `isCancelled`, which is asked before each, said yes.
  public static func layer(_ index: Int, of encoding: Encoding, isCancelled: () -> Bool) -> [HeadOverview]? {
    let layer = encoding.trace.layers[index]
    let scan = HeadScan(of: encoding)
    let visible = VisibleQueries(layer.mask, of: encoding)
    var overviews: [HeadOverview] = []
    for head in 0..<layer.heads {
      if isCancelled() { return nil }
      let map = layer.probabilities(head: head)
      overviews.append(HeadOverview(map, mask: layer.mask, scan.statistics(of: map, visible)))
    }
    return overviews
  }

  private init(_ map: Tensor, mask: AttentionMask, _ statistics: HeadStatistics) {
    let (queries, keys) = (map.shape[0], map.shape[1])
    let factor = HeadOverview.factor(queries: queries, keys: keys)
    let maxima = ColumnMaxima(map, mask: mask, weights: nil)
    var cells: [Float?] = []
    var best = (value: Float(0), rows: 0..<0, key: 0)
    for start in stride(from: 0, to: queries, by: factor) {
      let rows = start..<min(start + factor, queries)
      let row = maxima.of(Array(rows))
      for first in stride(from: 0, to: keys, by: factor) {
        var largest = ColumnMaxima.blocked
        var place = first
        for key in first..<min(first + factor, keys) where row[key] > largest { (largest, place) = (row[key], key) }
        let value = ColumnMaxima.value(largest)
        cells.append(value)
        if let value, value > best.value, value.isFinite { best = (value, rows, place) }
      }
    }
    self.factor = factor
    self.cells = cells
    columns = (keys + factor - 1) / factor
    largest = best.value
    strongest = best.rows.first { map[$0, best.key] == best.value && mask[$0, best.key] }
      .map { Pair(query: $0, key: best.key) }
    self.statistics = statistics
  }
}
