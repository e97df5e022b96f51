import Activations

/// Which position of one input corresponds to which of another.
struct PositionAlignment: Sendable, Equatable {
  /// Ascending.
  let a: [Int]
  let b: [Int]

  /// The positions of both, in order; as many in each.
  init(_ a: [Int], _ b: [Int]) {
    precondition(a.count == b.count, "as many positions in each")
    self.a = a
    self.b = b
  }

  var count: Int { a.count }

  /// Calls `body` for every aligned query with its place in the alignment and two rows, which hold the probabilities of
  /// the aligned keys; `a` and `b` are [query, key].
  func forEachRow(
    _ a: Tensor, _ b: Tensor, _ body: (_ index: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>) -> Void
  ) {
    let (rowsA, rowsB) = (AlignedRows(a, positions: self.a), AlignedRows(b, positions: self.b))
    for index in 0..<count { body(index, rowsA.row(index), rowsB.row(index)) }
  }
}

/// The rows and columns of a [query, key] tensor that stand at certain positions.
private final class AlignedRows {
  private let tensor: Tensor
  private let positions: [Int]
  /// Where the keys are not neighbours, every row is gathered here.
  private let gathered: FloatStorage?

  init(_ tensor: Tensor, positions: [Int]) {
    self.tensor = tensor.withPackedRows
    self.positions = positions
    let areNeighbours = positions.indices.allSatisfy { positions[$0] == positions[0] + $0 }
    gathered = areNeighbours ? nil : FloatStorage(count: positions.count)
  }

  /// Only until the next row is asked for.
  func row(_ index: Int) -> UnsafePointer<Float> {
    let row = tensor.pointer(row: positions[index])
    guard let gathered else { return row + positions[0] }
    for (place, position) in positions.enumerated() { gathered.pointer[place] = row[position] }
    return UnsafePointer(gathered.pointer)
  }
}
