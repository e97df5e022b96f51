import KernelParameters

/// Replaces every x of `elements` by f(x). NaN stays NaN.
@inline(never)
public func applyActivation(_ function: ActivationFunction, to elements: ElementRows) {
  switch function {
  case .identity: break
  case .gelu: elements.replace(gelu)
  case .gelu10: elements.replace { gelu($0).clipped(-10, 10) }
  case .geluTanh: elements.replace(geluTanh)
  case .quickGelu: elements.replace { $0.clipped(-60, .infinity) * sigmoid($0 * 1.702) }
  case .silu: elements.replace { $0.clipped(-60, .infinity) * sigmoid($0) }
  case .sigmoid: elements.replace(sigmoid)
  case .tanh: elements.replace(hyperbolicTangent)
  case .mish: elements.replace { $0.clipped(-60, .infinity) * mishShare($0) }
  case .relu: elements.replace { $0.clipped(0, .infinity) }
  case .reluSquared:
    elements.replace {
      let x = $0.clipped(0, .infinity)
      return x * x
    }
  case .relu6: elements.replace { $0.clipped(0, 6) }
  case .leakyRelu: elements.replace { $0.replacing(with: $0 * 0.01, where: $0 .< 0) }
  case .hardSwish: elements.replace { $0 * ($0 + 3).clipped(0, 6) * (1 / 6) }
  }
}

extension ElementRows {
  @inline(__always)
  fileprivate func replace(_ function: (Vector) -> Vector) {
    let whole = columns / Vector.width * Vector.width
    for row in 0..<rows {
      let x = x + row * stride
      var index = 0
      while index < whole {
        function(Vector(at: x + index)).store(at: x + index)
        index += Vector.width
      }
      if whole < columns {
        function(Vector(at: x + whole, count: columns - whole, filler: 0)).store(at: x + whole, count: columns - whole)
      }
    }
  }
}

extension Vector {
  /// Not below `lower`, and not above `upper`.
  @inline(__always)
  func clipped(_ lower: Float, _ upper: Float) -> Vector {
    let x = replacing(with: lower, where: self .< lower)
    return x.replacing(with: upper, where: x .> upper)
  }

  @inline(__always)
  var absolute: Vector { replacing(with: -self, where: self .< 0) }
}

/// GELU by the error function: within 2e-7 max(1, |x|) of the result in single precision.
@inline(__always)
func gelu(_ x: Vector) -> Vector {
  let half = x * 0.5
  return half.times(errorFunction(x), plus: half)
}

/// erf(x/√2) = x P(x²) / Q(x²), where P and Q were fitted for the smallest largest error: 2e-8.
@inline(__always)
func errorFunction(_ x: Vector) -> Vector {
  // Beyond this, erf(x/√2) is 1 but for 2e-8. What is not a number stays so by the last line.
  let z = x.clipped(-5.6, 5.6)
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
  return z * p / q
}

/// ½ (1 + tanh u) is σ(2u), which loses no digits where tanh is near -1.
@inline(__always)
private func geluTanh(_ x: Vector) -> Vector {
  // Beyond this the result is x, or 0 but for 1e-30; cubes stay finite.
  let z = x.clipped(-14, 14)
  let u = z * z * z * 0.044_715 + z
  return x.clipped(-14, .infinity) * sigmoid(u * 1.595_769_12)
}

/// 1 / (1 + e^-x)
@inline(__always)
func sigmoid(_ x: Vector) -> Vector {
  let power = powerOf2(x.absolute * -log2OfE)
  let share = 1 / (power + 1)
  return share.replacing(with: share * power, where: x .< 0)
}

/// (1 - e^-2|x|) / (1 + e^-2|x|) with the sign of x, and near 0, where that loses digits, x + x³ P(x²); P was fitted on
/// |x| ≤ 0.63 (2e-8 of the result before rounding).
@inline(__always)
func hyperbolicTangent(_ x: Vector) -> Vector {
  let size = x.absolute
  let power = powerOf2(size * (-2 * log2OfE))
  let far = (1 - power) / (power + 1)
  let t = x * x
  var p = t.times(Vector(repeating: -0.006_053_716_9), plus: 0.020_968_204)
  p = p.times(t, plus: -0.053_844_996)
  p = p.times(t, plus: 0.133_327_335)
  p = p.times(t, plus: -0.333_333_284)
  let near = (x * t).times(p, plus: x)
  return near.replacing(with: far.replacing(with: -far, where: x .< 0), where: size .> 0.625)
}

/// tanh(ln(1 + w)) = (w² + 2w) / (w² + 2w + 2) for w = eˣ, and with v = 1/w, which is finite where w is not,
/// (1 + 2v) / (1 + 2v + 2v²).
@inline(__always)
func mishShare(_ x: Vector) -> Vector {
  let power = powerOf2(x.absolute * -log2OfE)
  let isNegative = x .< 0
  let square = power * power
  let upper = (power * 2 + 1).replacing(with: square + power * 2, where: isNegative)
  let lower = upper + (square * 2).replacing(with: 2, where: isNegative)
  return upper / lower
}
