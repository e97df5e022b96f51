/// Eight numbers at a time: two registers of SSE, one of AVX.
private typealias Lanes = SIMD8<Float>

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

/// Calls `take` with the numbers of a row, eight at a time, the last ones filled up with 0.
@inline(__always)
private func forEachVector(of row: UnsafePointer<Float>, count: Int, _ take: (Lanes) -> Void) {
  let whole = count & ~7
  var index = 0
  while index < whole {
    take(Lanes(at: row + index))
    index += 8
  }
  if whole < count { take(Lanes(at: row + whole, count: count - whole)) }
}

/// Calls `take` with the numbers of two rows, eight at a time, the last ones filled up with 0.
@inline(__always)
private func forEachVector(
  of a: UnsafePointer<Float>, and b: UnsafePointer<Float>, count: Int, _ take: (Lanes, Lanes) -> Void
) {
  let whole = count & ~7
  var index = 0
  while index < whole {
    take(Lanes(at: a + index), Lanes(at: b + index))
    index += 8
  }
  if whole < count { take(Lanes(at: a + whole, count: count - whole), Lanes(at: b + whole, count: count - whole)) }
}

/// The largest finite number of a row, 0 where none is larger. NaN and infinity are passed over.
@inline(__always)
func largest(of row: UnsafePointer<Float>, count: Int) -> Float {
  var largest = Lanes.zero
  forEachVector(of: row, count: count) { largest.replace(with: $0, where: $0 .> largest) }
  let found = largest.max()
  // Infinity is so rare that nothing is spent on it before.
  return found.isFinite ? found : (0..<count).reduce(0) { row[$1].isFinite ? max($0, row[$1]) : $0 }
}

/// The largest finite product of two numbers at the same place, 0 where none is larger. NaN and infinity are passed over.
@inline(__always)
func largestProduct(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int) -> Float {
  var largest = Lanes.zero
  forEachVector(of: a, and: b, count: count) {
    let product = $0 * $1
    largest.replace(with: product, where: product .> largest)
  }
  let found = largest.max()
  if found.isFinite { return found }
  return (0..<count).reduce(0) { (a[$1] * b[$1]).isFinite ? max($0, a[$1] * b[$1]) : $0 }
}

/// The first place of a number in a row.
@inline(__always)
func firstIndex(of number: Float, in row: UnsafePointer<Float>, count: Int) -> Int? {
  var index = 0
  while index + 8 <= count, !any(Lanes(at: row + index) .== number) { index += 8 }
  while index < count, row[index] != number { index += 1 }
  return index < count ? index : nil
}

/// Magnitudes as integers: they have the same order, with infinity above all numbers and NaN above infinity.
@inline(__always)
private func orderedMagnitude(_ vector: Lanes) -> SIMD8<Int32> {
  unsafeBitCast(vector, to: SIMD8<Int32>.self) & 0x7fff_ffff
}

/// The largest absolute difference of two rows; NaN where any difference is.
@inline(__always)
func largestDifference(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int) -> Float {
  var largest = SIMD8<Int32>.zero
  forEachVector(of: a, and: b, count: count) {
    let difference = orderedMagnitude($0 - $1)
    largest.replace(with: difference, where: difference .> largest)
  }
  return Float(bitPattern: UInt32(bitPattern: largest.max()))
}

/// Whether no number of a row is NaN or infinite.
@inline(__always)
func isFinite(_ row: UnsafePointer<Float>, count: Int) -> Bool {
  var largest = SIMD8<Int32>.zero
  forEachVector(of: row, count: count) {
    let magnitude = orderedMagnitude($0)
    largest.replace(with: magnitude, where: magnitude .> largest)
  }
  return largest.max() < 0x7f80_0000
}

/// Σ a[i] b[i]
@inline(__always)
func dotProduct(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int) -> Float {
  var sums = Lanes.zero
  forEachVector(of: a, and: b, count: count) { sums += $0 * $1 }
  return sums.sum()
}

/// Σ a[i] b[i], in double precision.
@inline(__always)
func preciseDotProduct(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int) -> Double {
  // Four sums that do not wait for each other.
  var (s0, s1, s2, s3) = (0.0, 0.0, 0.0, 0.0)
  let whole = count & ~3
  var index = 0
  while index < whole {
    s0 += Double(a[index]) * Double(b[index])
    s1 += Double(a[index + 1]) * Double(b[index + 1])
    s2 += Double(a[index + 2]) * Double(b[index + 2])
    s3 += Double(a[index + 3]) * Double(b[index + 3])
    index += 4
  }
  while index < count {
    s0 += Double(a[index]) * Double(b[index])
    index += 1
  }
  return (s0 + s1) + (s2 + s3)
}

/// Σ a[i]², in double precision.
@inline(__always)
func squareOfLength(_ a: UnsafePointer<Float>, count: Int) -> Double { preciseDotProduct(a, a, count: count) }
