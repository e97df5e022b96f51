import Activations

extension LayerTrace {
  /// How many rows of a head are read at a time, where they are not held: as many as take little memory beside the keys, which are put in
  /// order for each time.
  static let rowsTogether = 128

  /// The rows of a head from the first to the last of some queries, packed.
  func rows(of head: Int, _ queries: ArraySlice<Int>) -> Tensor {
    guard let first = queries.first, let last = queries.last else { return Tensor(shape: [0, 0], []) }
    return probabilities(head: head, queries: first..<last + 1).withPackedRows
  }

  /// Calls `body` with the rows of a head, each only as long as the call lasts; queries are in order. Rows that are not held are read
  /// some at a time; `isCancelled` is asked before each time, and ends it.
  func forEachRow(
    of head: Int, _ queries: [Int], isCancelled: () -> Bool,
    _ body: (_ query: Int, _ row: UnsafePointer<Float>) -> Void
  ) {
    let step = readsRows ? LayerTrace.rowsTogether : max(queries.count, 1)
    for first in stride(from: 0, to: queries.count, by: step) {
      if isCancelled() { return }
      let part = queries[first..<min(first + step, queries.count)]
      let rows = rows(of: head, part)
      withExtendedLifetime(rows) {
        for query in part { body(query, rows.pointer(row: query - queries[first])) }
      }
    }
  }
}
