/// Replaces x by GELU(x) = x · ½ (1 + erf(x/√2)) in some columns of some rows, which lie `stride` apart.
///
/// erf as in Abramowitz and Stegun, "Handbook of Mathematical Functions", 7.1.26, to within 1.5e-7.
@inline(never)
public func geluRows(_ x: UnsafeMutablePointer<Float>, rows: Int, columns: Int, stride: Int) {
  let whole = columns / Vector.width * Vector.width
  for row in 0..<rows {
    let x = x + row * stride
    var index = 0
    while index < whole {
      gelu(Vector(at: x + index)).store(at: x + index)
      index += Vector.width
    }
    if whole < columns {
      gelu(Vector(at: x + whole, count: columns - whole, filler: 0)).store(at: x + whole, count: columns - whole)
    }
  }
}

@inline(__always)
private func gelu(_ x: Vector) -> Vector {
  let z = x.magnitude * 0.707_106_781
  let t = 1 / (z * 0.327_591_1 + 1)
  var p = t.times(Vector(repeating: 1.061_405_429), plus: -1.453_152_027)
  p = p.times(t, plus: 1.421_413_741)
  p = p.times(t, plus: -0.284_496_736)
  p = p.times(t, plus: 0.254_829_592)
  // 1 - erf(z), which is what is missing for a positive x, and what is left for a negative one.
  let complement = p * t * powerOf2(z * z * -log2OfE)
  let half = x * 0.5
  return (half * complement).replacing(with: x - half * complement, where: x .> 0)
}
