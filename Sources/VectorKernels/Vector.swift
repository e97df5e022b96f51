// This folder is compiled three times: as VectorKernels for every processor, as VectorKernelsAVX2 for those with AVX2 and
// FMA, and as VectorKernelsAVX512 for those with AVX-512. All that is public works on pointers, is never inlined, and does
// at least a row of work.

/// Sixteen numbers at a time: one register of AVX-512, two of AVX, four of SSE.
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

  /// self · factor + summand, rounded once where the processor can do that in one.
  @inline(__always)
  func times(_ factor: Vector, plus summand: Vector) -> Vector {
    #if FUSED_MULTIPLY_ADD
      summand.addingProduct(self, factor)
    #else
      self * factor + summand
    #endif
  }

  @inline(__always)
  func times(_ factor: Vector, plus summand: Float) -> Vector { times(factor, plus: Vector(repeating: summand)) }

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

/// 2^x for x ≤ 0, to within 2e-7 of the result; what is below -110 counts as -110. NaN stays NaN.
///
/// 2^x = 2^n · 2^f with n the integer nearest to x and |f| ≤ ½; 2^f = 1 + f P(f), where P was fitted for the smallest
/// largest relative error (9e-8 before rounding).
@inline(__always)
func powerOf2(_ x: Vector) -> Vector {
  let x = x.replacing(with: -110, where: x .< -110)
  // Adding 1.5 · 2^23 rounds to an integer, which then stands in the low bits of the sum.
  let shifter: Float = 12_582_912
  let shifted = x + shifter
  let f = x - (shifted - shifter)
  var p = f.times(Vector(repeating: 0.001_326_465_86), plus: 0.009_671_566_08)
  p = p.times(f, plus: 0.055_507_343_3)
  p = p.times(f, plus: 0.240_222_409)
  p = p.times(f, plus: 0.693_147_004)
  p = p.times(f, plus: 1)
  let power = unsafeBitCast((unsafeBitCast(shifted, to: SIMD16<UInt32>.self) &+ 127) &<< 23, to: Vector.self)
  return p * power
}
