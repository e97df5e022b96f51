/// c = scale · (a B + bias) for a panel B: neighbouring columns of a matrix, each of its rows in one piece.
///
/// Outer products: a row of B is loaded once for several rows of a, and nothing has to be summed across a vector. It
/// needs as many registers as AVX-512 has, and fused multiplication and addition; elsewhere it is right, but slow.
///
/// - Parameters:
///   - a: [rows, inner], its rows `aStride` apart.
///   - panel: [inner, columns], its rows `panelStride` apart; up to the next multiple of 16 columns can be read.
///   - columns: at most `widestPanel`.
///   - bias: [columns], or nil.
///   - c: [rows, columns], its rows `cStride` apart.
@inline(never)
public func multiplyByPanel(
  _ a: UnsafePointer<Float>, aStride: Int, rows: Int, inner: Int, _ panel: UnsafePointer<Float>, panelStride: Int,
  columns: Int, scale: Float, bias: UnsafePointer<Float>?, into c: UnsafeMutablePointer<Float>, cStride: Int
) {
  let operands = Operands(
    a: a, aStride: aStride, inner: inner, panel: panel, panelStride: panelStride, columns: columns, scale: scale,
    bias: bias, c: c, cStride: cStride)
  switch (columns + Vector.width - 1) / Vector.width {
  case 1: operands.multiply(rows, Width<1>())
  case 2: operands.multiply(rows, Width<2>())
  case 3: operands.multiply(rows, Width<3>())
  default: operands.multiply(rows, Width<4>())
  }
}

/// The most columns that a panel can have.
public let widestPanel = 4 * Vector.width

/// A number of vectors beside each other.
private struct Width<let count: Int> {}

/// A number of rows below each other.
private struct Height<let count: Int> {}

private struct Operands {
  let a: UnsafePointer<Float>
  let aStride: Int
  let inner: Int
  let panel: UnsafePointer<Float>
  let panelStride: Int
  let columns: Int
  let scale: Float
  let bias: UnsafePointer<Float>?
  let c: UnsafeMutablePointer<Float>
  let cStride: Int

  /// All rows, six at a time, and what is left in parts that are as even as can be.
  @inline(__always)
  func multiply<let N: Int>(_ rows: Int, _ width: Width<N>) {
    var row = 0
    while row < rows {
      let left = rows - row
      switch left {
      case 7...11: row += multiply(row, (left + 1) / 2, width)
      default: row += multiply(row, min(left, 6), width)
      }
    }
  }

  /// Up to six rows from `row` on. Returns how many.
  @inline(__always)
  private func multiply<let N: Int>(_ row: Int, _ count: Int, _ width: Width<N>) -> Int {
    switch count {
    case 1: multiply(row, Height<1>(), width)
    case 2: multiply(row, Height<2>(), width)
    case 3: multiply(row, Height<3>(), width)
    case 4: multiply(row, Height<4>(), width)
    case 5: multiply(row, Height<5>(), width)
    default: multiply(row, Height<6>(), width)
    }
    return count
  }

  /// M rows of N vectors: M · N sums, which all stay in registers.
  @inline(__always)
  private func multiply<let M: Int, let N: Int>(_ row: Int, _ height: Height<M>, _ width: Width<N>) {
    var sums = InlineArray<M, InlineArray<N, Vector>>(repeating: InlineArray<N, Vector>(repeating: .zero))
    if let bias {
      for n in 0..<N {
        let start = Vector(at: bias + n * Vector.width, upTo: columns - n * Vector.width)
        for m in 0..<M { sums[m][n] = start }
      }
    }
    let a = a + row &* aStride
    var b = panel
    for i in 0..<inner {
      var vectors = InlineArray<N, Vector>(repeating: .zero)
      for n in 0..<N { vectors[n] = Vector(at: b + n &* Vector.width) }
      for m in 0..<M {
        let factor = Vector(repeating: a[m &* aStride &+ i])
        for n in 0..<N { sums[m][n] = factor.times(vectors[n], plus: sums[m][n]) }
      }
      b += panelStride
    }
    for m in 0..<M {
      let c = c + (row &+ m) &* cStride
      for n in 0..<N {
        (sums[m][n] * scale).store(at: c + n &* Vector.width, upTo: columns - n &* Vector.width)
      }
    }
  }
}

extension Vector {
  /// The first `count` numbers, at most a vector, and 0 after them.
  @inline(__always)
  fileprivate init(at pointer: UnsafePointer<Float>, upTo count: Int) {
    if count >= Vector.width { self.init(at: pointer) } else { self.init(at: pointer, count: count, filler: 0) }
  }

  /// Writes the first `count` numbers, at most a vector.
  @inline(__always)
  fileprivate func store(at pointer: UnsafeMutablePointer<Float>, upTo count: Int) {
    if count >= Vector.width { store(at: pointer) } else { store(at: pointer, count: count) }
  }
}
