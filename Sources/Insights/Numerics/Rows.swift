import Activations

extension Tensor {
  /// The same numbers where every row, along the last axis, lies without gaps: itself in most cases.
  var withPackedRows: Tensor {
    if let last = strides.last, let length = shape.last, last == 1 || length <= 1 { return self }
    return Tensor(shape: shape, values())
  }

  /// Where a row of a [row, column] tensor with packed rows starts. Only as long as the tensor lives.
  @inline(__always)
  func pointer(row: Int) -> UnsafePointer<Float> { UnsafePointer(storage.pointer + offset + row * strides[0]) }

  /// Where a row of a tensor [i, row, column] with packed rows starts. Only as long as the tensor lives.
  @inline(__always)
  func pointer(_ i: Int, row: Int) -> UnsafePointer<Float> {
    UnsafePointer(storage.pointer + offset + i * strides[0] + row * strides[1])
  }
}

/// One running sum for each column.
///
/// Adding a row to them is independent work for every column, which vector instructions do many at a time; a sum along
/// the row is not. The sums are of single precision: `take()` them every so many rows.
final class ColumnSums {
  let pointer: UnsafeMutablePointer<Float>
  let count: Int
  private let storage: FloatStorage

  /// After this many rows the sums are taken: few enough for six digits.
  static let mostRows = 64

  init(count: Int) {
    storage = FloatStorage(count: count)
    pointer = storage.pointer
    self.count = count
    pointer.update(repeating: 0, count: count)
  }

  /// The total of all columns, which start at 0 again.
  func take() -> Double {
    var total = 0.0
    for column in 0..<count { total += Double(pointer[column]) }
    pointer.update(repeating: 0, count: count)
    return total
  }

  /// Adds the sums to `totals`, and starts at 0 again.
  func take(into totals: UnsafeMutablePointer<Double>) {
    for column in 0..<count { totals[column] += Double(pointer[column]) }
    pointer.update(repeating: 0, count: count)
  }

  /// Adds p ln p of every column's p.
  @inline(__always)
  func addTimesLogarithm(of row: UnsafePointer<Float>) {
    let sums = pointer
    for column in 0..<count { sums[column] += timesLogarithm(row[column]) }
  }

  /// Adds p ln p, where p is the weighted sum of two rows.
  @inline(__always)
  func addTimesLogarithm(
    of a: UnsafePointer<Float>, weight weightA: Float, and b: UnsafePointer<Float>, weight weightB: Float
  ) {
    let sums = pointer
    for column in 0..<count { sums[column] += timesLogarithm(weightA * a[column] + weightB * b[column]) }
  }

  /// Adds p ln p, where p is the weighted sum of three rows, the first two of which have the same weight.
  @inline(__always)
  func addTimesLogarithm(
    of a: UnsafePointer<Float>, and b: UnsafePointer<Float>, weight: Float, and c: UnsafePointer<Float>,
    weight weightC: Float
  ) {
    let sums = pointer
    for column in 0..<count {
      sums[column] += timesLogarithm(weight * (a[column] + b[column]) + weightC * c[column])
    }
  }

  @inline(__always)
  func add(_ row: UnsafePointer<Float>) {
    let sums = pointer
    for column in 0..<count { sums[column] += row[column] }
  }

  /// Adds p · |column − origin|.
  @inline(__always)
  func add(_ row: UnsafePointer<Float>, timesDistanceFrom origin: Int) {
    let sums = pointer
    let origin = Int32(truncatingIfNeeded: origin)
    for column in 0..<count {
      sums[column] += row[column] * Float(Int32(truncatingIfNeeded: column) &- origin).magnitude
    }
  }
}

private typealias Vector = SIMD8<Float>

extension SIMD8<Float> {
  @inline(__always)
  fileprivate init(at pointer: UnsafePointer<Float>) {
    self = UnsafeRawPointer(pointer).loadUnaligned(as: SIMD8<Float>.self)
  }

  /// The first `count` numbers, and 0 after them.
  @inline(__always)
  fileprivate init(at pointer: UnsafePointer<Float>, count: Int) {
    self = .zero
    for lane in 0..<count { self[lane] = pointer[lane] }
  }
}

/// The largest number of a row, 0 where none is larger. NaN is passed over.
@inline(__always)
func largest(of row: UnsafePointer<Float>, count: Int) -> Float {
  let whole = count & ~7
  var largest = Vector.zero
  @inline(__always)
  func take(_ vector: Vector) { largest.replace(with: vector, where: vector .> largest) }
  var index = 0
  while index < whole {
    take(Vector(at: row + index))
    index += 8
  }
  if whole < count { take(Vector(at: row + whole, count: count - whole)) }
  return largest.max()
}

/// The largest product of two numbers at the same place, 0 where none is larger. NaN is passed over.
@inline(__always)
func largestProduct(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int) -> Float {
  var largest = Vector.zero
  @inline(__always)
  func take(_ vector: Vector) { largest.replace(with: vector, where: vector .> largest) }
  let whole = count & ~7
  var index = 0
  while index < whole {
    take(Vector(at: a + index) * Vector(at: b + index))
    index += 8
  }
  if whole < count { take(Vector(at: a + whole, count: count - whole) * Vector(at: b + whole, count: count - whole)) }
  return largest.max()
}

/// The first place of a number in a row.
@inline(__always)
func firstIndex(of number: Float, in row: UnsafePointer<Float>, count: Int) -> Int? {
  var index = 0
  while index + 8 <= count, !any(Vector(at: row + index) .== number) { index += 8 }
  while index < count, row[index] != number { index += 1 }
  return index < count ? index : nil
}

/// The largest absolute difference of two rows; NaN where any difference is.
@inline(__always)
func largestDifference(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int) -> Float {
  let whole = count & ~7
  // Compared as integers, magnitudes have the same order, with NaN above everything.
  var largest = SIMD8<Int32>.zero
  @inline(__always)
  func take(_ a: Vector, _ b: Vector) {
    let magnitude = unsafeBitCast(a - b, to: SIMD8<Int32>.self) & 0x7fff_ffff
    largest.replace(with: magnitude, where: magnitude .> largest)
  }
  var index = 0
  while index < whole {
    take(Vector(at: a + index), Vector(at: b + index))
    index += 8
  }
  if whole < count { take(Vector(at: a + whole, count: count - whole), Vector(at: b + whole, count: count - whole)) }
  return Float(bitPattern: UInt32(bitPattern: largest.max()))
}

/// Σ a[i] b[i]
@inline(__always)
func dotProduct(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int) -> Float {
  let whole = count & ~7
  var sums = Vector.zero
  var index = 0
  while index < whole {
    sums += Vector(at: a + index) * Vector(at: b + index)
    index += 8
  }
  if whole < count { sums += Vector(at: a + whole, count: count - whole) * Vector(at: b + whole, count: count - whole) }
  return sums.sum()
}
