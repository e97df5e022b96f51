import Activations

/// C = A B for matrices whose rows lie without gaps: `a` is [rows, inner], `b` [inner, columns].
func matrixProduct(_ a: Tensor, _ b: Tensor, check: () throws -> Void) rethrows -> Tensor {
  let (rows, inner, columns) = (a.shape[0], b.shape[0], b.shape[1])
  return try Tensor(shape: [rows, columns]) { result in
    guard let start = result.baseAddress else { return }
    try withExtendedLifetime((a, b)) {
      for row in 0..<rows {
        if row % 32 == 0 { try check() }
        let sums = start + row * columns
        sums.update(repeating: 0, count: columns)
        addRows(of: b, weights: a.pointer(row: row), count: inner, to: sums)
      }
    }
  }
}

/// Adds the rows of `b`, [count, columns], each times its weight, to `sums`. The rows lie without gaps.
@inline(__always)
func addRows(of b: Tensor, weights: UnsafePointer<Float>, count: Int, to sums: UnsafeMutablePointer<Float>) {
  let columns = b.shape[1]
  var k = 0
  // Four rows at a time, so that the sums are read and written a quarter as often.
  while k + 4 <= count {
    let (w0, w1, w2, w3) = (weights[k], weights[k + 1], weights[k + 2], weights[k + 3])
    let (b0, b1, b2, b3) = (b.pointer(row: k), b.pointer(row: k + 1), b.pointer(row: k + 2), b.pointer(row: k + 3))
    k += 4
    // Blocked keys come in runs.
    if w0 == 0, w1 == 0, w2 == 0, w3 == 0 { continue }
    for j in 0..<columns { sums[j] += (w0 * b0[j] + w1 * b1[j]) + (w2 * b2[j] + w3 * b3[j]) }
  }
  while k < count {
    let (weight, row) = (weights[k], b.pointer(row: k))
    for j in 0..<columns { sums[j] += weight * row[j] }
    k += 1
  }
}
