import Activations

/// Which position of one input corresponds to which of another.
struct PositionAlignment: Sendable, Equatable {
  /// Of keys. Ascending.
  let a: [Int]
  let b: [Int]
  /// Of queries: the same, unless attention goes from one sentence to another.
  let queriesA: [Int]
  let queriesB: [Int]

  /// The positions of both, in order; as many in each.
  init(_ a: [Int], _ b: [Int]) { self.init(keys: (a, b), queries: (a, b)) }

  /// The positions of keys and of queries in both, in order; as many in each.
  init(keys: ([Int], [Int]), queries: ([Int], [Int])) {
    precondition(keys.0.count == keys.1.count && queries.0.count == queries.1.count, "as many positions in each")
    (a, b) = keys
    (queriesA, queriesB) = queries
  }

  /// How many keys are compared.
  var count: Int { a.count }
  /// How many queries are compared.
  var queryCount: Int { queriesA.count }

  /// Calls `body` for every aligned query with its place in the alignment and two rows, which hold the probabilities of
  /// the aligned keys; `a` and `b` are [query, key].
  func forEachRow(
    _ a: Tensor, _ b: Tensor, _ body: (_ index: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>) -> Void
  ) {
    let rowsA = AlignedRows(a, queries: queriesA, keys: self.a)
    let rowsB = AlignedRows(b, queries: queriesB, keys: self.b)
    for index in 0..<queryCount { body(index, rowsA.row(index), rowsB.row(index)) }
  }

  /// The same of two heads. Rows that are not held are read some at a time; `isCancelled` is asked before each time, and ends it.
  func forEachRow(
    _ a: (layer: LayerTrace, head: Int), _ b: (layer: LayerTrace, head: Int), isCancelled: () -> Bool = { false },
    _ body: (_ index: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>) -> Void
  ) {
    // What has only whole heads would read one for every few rows.
    let step = a.layer.readsRows && b.layer.readsRows ? LayerTrace.rowsTogether : max(queryCount, 1)
    for first in stride(from: 0, to: queryCount, by: step) {
      if isCancelled() { return }
      let part = first..<min(first + step, queryCount)
      func rows(_ head: (layer: LayerTrace, head: Int), _ queries: ArraySlice<Int>, keys: [Int]) -> AlignedRows {
        AlignedRows(
          head.layer.rows(of: head.head, queries), queries: queries.map { $0 - (queries.first ?? 0) }, keys: keys)
      }
      let (rowsA, rowsB) = (rows(a, queriesA[part], keys: self.a), rows(b, queriesB[part], keys: self.b))
      for index in part { body(index, rowsA.row(index - first), rowsB.row(index - first)) }
    }
  }
}

/// The rows and columns of a [query, key] tensor that stand at certain positions.
private final class AlignedRows {
  private let tensor: Tensor
  private let queries: [Int]
  private let positions: [Int]
  /// Where the keys are not neighbours, every row is gathered here.
  private let gathered: FloatStorage?

  init(_ tensor: Tensor, queries: [Int], keys positions: [Int]) {
    self.tensor = tensor.withPackedRows
    self.queries = queries
    self.positions = positions
    let areNeighbours = positions.indices.allSatisfy { positions[$0] == positions[0] + $0 }
    gathered = areNeighbours ? nil : FloatStorage(count: positions.count)
  }

  /// Only until the next row is asked for.
  func row(_ index: Int) -> UnsafePointer<Float> {
    let row = tensor.pointer(row: queries[index])
    guard let gathered else { return row + (positions.first ?? 0) }
    for (place, position) in positions.enumerated() { gathered.pointer[place] = row[position] }
    return UnsafePointer(gathered.pointer)
  }
}
