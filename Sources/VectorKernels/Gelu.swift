/// Replaces x by GELU(x) = x · ½ (1 + erf(x/√2)) in some columns of some rows, which lie `stride` apart.
///
/// erf(x/√2) = x P(x²) / Q(x²), where P and Q were fitted for the smallest largest error: 2e-8, and 2e-7 max(1, |x|) of the
/// result in single precision.
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
  // Beyond this, erf(x/√2) is 1 but for 2e-8. What is not a number stays so by the last line.
  let z = x.replacing(with: -5.6, where: x .< -5.6).replacing(with: 5.6, where: x .> 5.6)
  let t = z * z
  var p = t.times(Vector(repeating: 4.429_065e-8), plus: 1.271_307e-5)
  p = p.times(t, plus: 3.477_016e-4)
  p = p.times(t, plus: 9.414_519e-3)
  p = p.times(t, plus: 6.875_222_2e-2)
  p = p.times(t, plus: 0.797_884_464)
  var q = t.times(Vector(repeating: 1.180_212_6e-6), plus: 7.510_196e-5)
  q = q.times(t, plus: 1.912_978_5e-3)
  q = q.times(t, plus: 2.894_009e-2)
  q = q.times(t, plus: 0.252_833_843)
  q = q.times(t, plus: 1)
  let half = x * 0.5
  return half.times(z * p / q, plus: half)
}
