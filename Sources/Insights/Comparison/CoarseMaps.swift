import Activations

/// A, B and B − A of a head in cells of some queries and keys, each the number that is largest in either direction; made of rows as they come.
struct CoarseMaps {
  private let queries: Int
  private let keys: Int
  private let factor: Int
  private let rows: Int
  private let columns: Int
  /// [map, row of cells, column of cells]
  private let cells: Tensor
  /// The largest of each key in the row of cells that is being read, map after map.
  private var tops: [Float]

  init(queries: Int, keys: Int, factor: Int) {
    (self.queries, self.keys, self.factor) = (queries, keys, factor)
    (rows, columns) = ((queries + factor - 1) / factor, (keys + factor - 1) / factor)
    cells = Tensor(shape: [3, rows, columns]) { $0.update(repeating: 0) }
    tops = [Float](repeating: 0, count: factor > 1 ? 3 * keys : 0)
  }

  /// A map, [row, column] in cells.
  func map(_ index: Int) -> Tensor { cells[slice: index] }

  /// The next query; they come in order.
  mutating func take(_ query: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>) {
    guard factor > 1 else { return keep(query, a, b) }
    let keys = keys
    tops.withUnsafeMutableBufferPointer { tops in
      guard let top = tops.baseAddress else { return }
      for key in 0..<keys {
        top[key].grow(with: a[key])
        top[keys + key].grow(with: b[key])
        top[2 * keys + key].grow(with: b[key] - a[key])
      }
    }
    if (query + 1) % factor == 0 || query + 1 == queries { endRowOfCells(query / factor) }
  }

  /// Every pair has a cell of its own.
  private func keep(_ query: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>) {
    let start = cells.storage.pointer + query * columns
    for key in 0..<keys {
      start[key] = a[key]
      start[rows * columns + key] = b[key]
      start[2 * rows * columns + key] = b[key] - a[key]
    }
  }

  private mutating func endRowOfCells(_ row: Int) {
    for map in 0..<3 {
      let target = cells.storage.pointer + (map * rows + row) * columns
      for key in 0..<keys {
        target[key / factor].grow(with: tops[map * keys + key])
        tops[map * keys + key] = 0
      }
    }
  }
}
