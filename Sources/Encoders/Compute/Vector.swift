/// Sixteen numbers at a time: one register of AVX-512, four of SSE.
typealias Vector = SIMD16<Float>

extension Vector {
  static let width = 16

  @inline(__always)
  init(at pointer: UnsafePointer<Float>) { self = UnsafeRawPointer(pointer).loadUnaligned(as: Vector.self) }

  /// The first `count` numbers, and `filler` after them.
  @inline(__always)
  init(at pointer: UnsafePointer<Float>, count: Int, filler: Float) {
    self.init(repeating: filler)
    for lane in 0..<count { self[lane] = pointer[lane] }
  }

  @inline(__always)
  func store(at pointer: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: self, as: Vector.self)
  }

  /// Writes the first `count` numbers.
  @inline(__always)
  func store(at pointer: UnsafeMutablePointer<Float>, count: Int) {
    for lane in 0..<count { pointer[lane] = self[lane] }
  }

  @inline(__always)
  func larger(_ other: Vector) -> Vector { replacing(with: other, where: other .> self) }

  @inline(__always)
  var total: Float {
    let eight = lowHalf + highHalf
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    return two[0] + two[1]
  }

  @inline(__always)
  var largest: Float {
    let eight = lowHalf.replacing(with: highHalf, where: highHalf .> lowHalf)
    let four = eight.lowHalf.replacing(with: eight.highHalf, where: eight.highHalf .> eight.lowHalf)
    let two = four.lowHalf.replacing(with: four.highHalf, where: four.highHalf .> four.lowHalf)
    return two[0] > two[1] ? two[0] : two[1]
  }
}

/// e^x for x ≤ 0, to within one unit in the last place or so; exactly 0 below -87.33, where the result would no longer
/// be a normal number. NaN stays NaN.
///
/// e^x = 2^n · e^r with n the integer nearest to x / ln 2 and |r| ≤ ln 2 / 2; e^r = 1 + r + r² P(r), where P was fitted
/// for the smallest largest relative error (3e-9 before rounding).
@inline(__always)
func exponential(_ x: Vector) -> Vector {
  // Adding 1.5 · 2^23 rounds to an integer, which then stands in the low bits of the sum.
  let shifter: Float = 12_582_912
  let shifted = x * 1.442_695_04 + shifter
  let n = shifted - shifter
  // ln 2 in two parts; the first has so few bits that its product with n is exact.
  let r = (x - n * 0.693_359_375) - n * -2.121_944_4e-4
  var p = r * 0.001_381_453_94 + 0.008_368_745_45
  p = p * r + 0.041_668_389
  p = p * r + 0.166_665_211
  p = p * r + 0.499_999_94
  p = (p * r) * r + r + 1
  let power = unsafeBitCast((unsafeBitCast(shifted, to: SIMD16<UInt32>.self) &+ 127) &<< 23, to: Vector.self)
  return (p * power).replacing(with: 0, where: x .< -87.33)
}
