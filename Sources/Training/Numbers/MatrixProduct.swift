import Compute

/// What computes for a trainer: inner loops, and the threads that share the work.
package struct Machine<A: Arithmetic>: Sendable {
  package let arithmetic: A
  package let team: ThreadTeam

  package init(_ arithmetic: A, team: ThreadTeam = .shared) {
    self.arithmetic = arithmetic
    self.team = team
  }
}

/// A matrix in row-major order, the rows of which may lie further apart than they are long.
struct Matrix<Real> {
  var start: UnsafePointer<Real>
  var stride: Int

  init(_ start: UnsafePointer<Real>, stride: Int) {
    self.start = start
    self.stride = stride
  }

  init(_ start: UnsafeMutablePointer<Real>, stride: Int) {
    self.init(UnsafePointer(start), stride: stride)
  }
}

/// How large a part of a product is at most, so that what is read again and again stays in a processor's caches. The order in
/// which products are summed depends on `inner` alone: results are the same bits for any number of threads.
private enum Part {
  static let rows = 96
  static let inner = 384
  static let columns = 128
  /// How many numbers stay free between the rows of a transposed matrix.
  static let gap = 16
}

extension Machine {
  typealias Real = A.Real

  /// c = a B + bias, or c += a B: a is [rows, inner], B [inner, columns], or [columns, inner] where it `isTransposed`.
  func multiply(
    _ a: Matrix<Real>, rows: Int, inner: Int, by b: Matrix<Real>, isTransposed: Bool, columns: Int,
    bias: UnsafePointer<Real>? = nil, adds: Bool = false, into c: UnsafeMutablePointer<Real>, stride cStride: Int
  ) {
    let width = arithmetic.panelColumns
    let panels = (columns + width - 1) / width
    // Some parts for each thread, so that all are done at nearly the same time. Columns are divided first, because each part
    // packs its own; rows only where there are few columns.
    let wanted = 3 * team.size
    let groups = min(panels, max((columns + Part.columns - 1) / Part.columns, wanted))
    let blocks = max(1, min(wanted / groups, (rows + Part.rows / 2 - 1) / (Part.rows / 2)))
    func columnsOf(_ part: Range<Int>) -> Range<Int> { part.lowerBound * width..<min(columns, part.upperBound * width) }
    let isSmall = rows * inner * columns < 100_000
    team.forEach(groups * blocks, alone: isSmall) { part, _ in
      multiplyPart(
        a, ThreadTeam.share(of: rows, member: part % blocks, of: blocks), inner: inner, by: b,
        isTransposed: isTransposed,
        columnsOf(ThreadTeam.share(of: panels, member: part / blocks, of: groups)), bias: bias, adds: adds, into: c,
        stride: cStride)
    }
  }

  /// Some rows and columns of it.
  private func multiplyPart(
    _ a: Matrix<Real>, _ rows: Range<Int>, inner: Int, by b: Matrix<Real>, isTransposed: Bool, _ columns: Range<Int>,
    bias: UnsafePointer<Real>?, adds: Bool, into c: UnsafeMutablePointer<Real>, stride cStride: Int
  ) {
    let width = arithmetic.panelColumns
    let panels = Numbers<Real>((columns.count + width - 1) / width * width * min(inner, Part.inner))
    for start in Swift.stride(from: 0, to: inner, by: Part.inner) {
      let count = min(Part.inner, inner - start)
      for (panel, first) in Swift.stride(from: columns.lowerBound, to: columns.upperBound, by: width).enumerated() {
        arithmetic.pack(
          b.start + (isTransposed ? first * b.stride + start : start * b.stride + first), stride: b.stride,
          isTransposed: isTransposed, inner: count, columns: min(width, columns.upperBound - first),
          into: panels.pointer + panel * width * count)
      }
      for row in Swift.stride(from: rows.lowerBound, to: rows.upperBound, by: Part.rows) {
        for (panel, first) in Swift.stride(from: columns.lowerBound, to: columns.upperBound, by: width).enumerated() {
          arithmetic.multiply(
            PanelTimes(
              a: a.start + row * a.stride + start, aStride: a.stride, rows: min(Part.rows, rows.upperBound - row),
              inner: count, panel: UnsafePointer(panels.pointer + panel * width * count),
              columns: min(width, columns.upperBound - first), bias: bias.map { $0 + first }, adds: adds || start > 0,
              c: c + row * cStride + first, cStride: cStride))
        }
      }
    }
  }

  /// The transpose of `matrix`, [rows, columns], in memory of its own.
  func transpose(_ matrix: Matrix<Real>, rows: Int, columns: Int) -> (numbers: Numbers<Real>, stride: Int) {
    // Rows that a power of two lies between would compete for the same lines of a cache.
    let stride = rows + Part.gap
    let result = Numbers<Real>(columns * stride)
    let block = 32
    team.forEach((rows + block - 1) / block, alone: rows * columns < 16_384) { part, _ in
      let first = part * block
      arithmetic.transpose(
        matrix.start + first * matrix.stride, stride: matrix.stride, rows: min(block, rows - first), columns: columns,
        into: result.pointer + first, stride: stride)
    }
    return (result, stride)
  }

  /// target[column] (+)= Σ over rows of a, or of a ∘ b, each [rows, columns] without gaps.
  func sumColumns(
    _ a: UnsafePointer<Real>, times b: UnsafePointer<Real>? = nil, rows: Int, columns: Int, adds: Bool,
    into target: UnsafeMutablePointer<Real>
  ) {
    let block = 64
    team.forEach((columns + block - 1) / block, alone: rows * columns < 16_384) { part, _ in
      let some = part * block..<min(columns, (part + 1) * block)
      if !adds { (target + some.lowerBound).update(repeating: 0, count: some.count) }
      for row in 0..<rows {
        let a = a + row * columns
        if let b {
          let b = b + row * columns
          for column in some { target[column] += a[column] * b[column] }
        } else {
          for column in some { target[column] += a[column] }
        }
      }
    }
  }

  /// Calls `body` with neighbouring rows, on all threads.
  func forRows(_ rows: Int, each size: Int, _ body: (Range<Int>) -> Void) {
    let members = rows * size < 4096 ? 1 : team.size
    team.run(members) { member, count in body(ThreadTeam.rows(rows, member: member, of: count)) }
  }

  /// target += numbers, elementwise.
  func add(_ numbers: UnsafePointer<Real>, to target: UnsafeMutablePointer<Real>, rows: Int, size: Int) {
    forRows(rows, each: size) { part in
      for index in part.lowerBound * size..<part.upperBound * size { target[index] += numbers[index] }
    }
  }
}
