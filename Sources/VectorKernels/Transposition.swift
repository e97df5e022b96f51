import KernelParameters

/// Writes the transpose of a matrix.
@inline(never)
public func transpose(_ transposition: Transposition) {
  let (rows, columns) = (transposition.rows, transposition.columns)
  let (wholeRows, wholeColumns) = (rows & ~7, columns & ~7)
  for row in stride(from: 0, to: wholeRows, by: 8) {
    let source = transposition.source + row &* transposition.stride
    let target = transposition.target + row
    for column in stride(from: 0, to: wholeColumns, by: 8) {
      transposeSquare(
        source + column, transposition.stride, target + column &* transposition.targetStride,
        transposition.targetStride)
    }
  }
  transposition.copy(rows: 0..<wholeRows, columns: wholeColumns..<columns)
  transposition.copy(rows: wholeRows..<rows, columns: 0..<columns)
}

extension Transposition {
  /// One number after the other.
  fileprivate func copy(rows: Range<Int>, columns: Range<Int>) {
    for column in columns {
      let target = target + column &* targetStride
      for row in rows { target[row] = source[row &* stride &+ column] }
    }
  }
}

/// Eight rows and columns: three rounds, in each of which neighbouring rows are taken apart into even and odd places.
@inline(__always)
private func transposeSquare(
  _ source: UnsafePointer<Float>, _ stride: Int, _ target: UnsafeMutablePointer<Float>, _ targetStride: Int
) {
  typealias Rows = InlineArray<8, SIMD8<Float>>
  var rows = Rows(repeating: .zero)
  for row in 0..<8 { rows[row] = UnsafeRawPointer(source + row &* stride).loadUnaligned(as: SIMD8<Float>.self) }
  for _ in 0..<3 {
    var next = rows
    for row in 0..<4 {
      let (a, b) = (rows[2 &* row], rows[2 &* row &+ 1])
      next[row] = SIMD8(lowHalf: a.evenHalf, highHalf: b.evenHalf)
      next[row &+ 4] = SIMD8(lowHalf: a.oddHalf, highHalf: b.oddHalf)
    }
    rows = next
  }
  for row in 0..<8 {
    UnsafeMutableRawPointer(target + row &* targetStride).storeBytes(of: rows[row], as: SIMD8<Float>.self)
  }
}
