import KernelParameters

/// ∂L/∂f(x) becomes ∂L/∂x for an activation function f.
@inline(never)
public func applyActivationGradient(_ function: ActivationFunction, to gradients: ActivationGradients) {
  switch function {
  case .identity: break
  case .gelu: gradients.multiply(by: geluSlope)
  case .gelu10: gradients.multiply { geluSlope($0).zero(where: gelu($0).absolute .> 10) }
  case .geluTanh: gradients.multiply(by: geluTanhSlope)
  case .quickGelu: gradients.multiply { sigmoidUnitSlope($0, 1.702) }
  case .silu: gradients.multiply { sigmoidUnitSlope($0, 1) }
  case .sigmoid:
    gradients.multiply {
      let share = sigmoid($0)
      return share * (1 - share)
    }
  case .tanh:
    gradients.multiply {
      let y = hyperbolicTangent($0)
      return 1 - y * y
    }
  case .mish: gradients.multiply(by: mishSlope)
  case .relu: gradients.multiply { Vector(repeating: 1).zero(where: $0 .<= 0) }
  case .reluSquared: gradients.multiply { ($0 * 2).zero(where: $0 .<= 0) }
  case .relu6: gradients.multiply { Vector(repeating: 1).zero(where: $0 .<= 0).zero(where: $0 .>= 6) }
  case .leakyRelu: gradients.multiply { Vector(repeating: 1).replacing(with: 0.01, where: $0 .< 0) }
  case .hardSwish:
    gradients.multiply {
      let middle = $0.times(Vector(repeating: 1 / 3), plus: 0.5)
      return middle.zero(where: $0 .<= -3).replacing(with: 1, where: $0 .>= 3)
    }
  }
}

extension ActivationGradients {
  @inline(__always)
  fileprivate func multiply(by slope: (Vector) -> Vector) {
    let whole = count / Vector.width * Vector.width
    var index = 0
    while index < whole {
      (Vector(at: UnsafePointer(gradient + index)) * slope(Vector(at: x + index))).store(at: gradient + index)
      index += Vector.width
    }
    if whole < count {
      let rest = count - whole
      let product =
        Vector(at: UnsafePointer(gradient + whole), count: rest, filler: 0)
        * slope(Vector(at: x + whole, count: rest, filler: 0))
      product.store(at: gradient + whole, count: rest)
    }
  }
}

extension Vector {
  @inline(__always)
  fileprivate func zero(where mask: SIMDMask<SIMD16<Int32>>) -> Vector { replacing(with: 0, where: mask) }
}

/// Φ(x) + x φ(x), where φ is the density of the normal distribution and Φ its integral.
@inline(__always)
private func geluSlope(_ x: Vector) -> Vector {
  let half = Vector(repeating: 0.5)
  let density = powerOf2(x * x * (-0.5 * log2OfE)) * 0.398_942_280_4
  return half.times(errorFunction(x), plus: half) + x.clipped(-20, 20) * density
}

/// σ(2u) + 2 x u' σ(2u) (1 - σ(2u)) for u = √(2/π) (x + 0.044715 x³).
@inline(__always)
private func geluTanhSlope(_ x: Vector) -> Vector {
  let z = x.clipped(-14, 14)
  let square = z * z
  let share = sigmoid((square * z * 0.044_715 + z) * 1.595_769_12)
  let inner = (square * 0.134_145 + 1) * 1.595_769_12
  return share + z * inner * share * (1 - share)
}

/// The slope of x σ(a x): σ + a x σ (1 - σ).
@inline(__always)
private func sigmoidUnitSlope(_ x: Vector, _ a: Float) -> Vector {
  let z = x.clipped(-60, 60)
  let share = sigmoid(z * a)
  return share + z * a * share * (1 - share)
}

/// The slope of x t for t = tanh(ln(1 + eˣ)): t + x σ(x) (1 - t²).
@inline(__always)
private func mishSlope(_ x: Vector) -> Vector {
  let z = x.clipped(-60, 60)
  let t = mishShare(z)
  return t + z * sigmoid(z) * (1 - t * t)
}

/// Gradients of a layer normalization; `x` becomes the normalized numbers.
@inline(never)
public func layerNormGradientRows(_ parameters: LayerNormGradients) {
  let size = parameters.size
  for row in 0..<parameters.rows {
    let first = row * size
    layerNormGradient(
      parameters.x + first, parameters.gradient + first, parameters.result + first, size, parameters.weight,
      parameters.epsilon)
  }
}

@inline(__always)
private func layerNormGradient(
  _ x: UnsafeMutablePointer<Float>, _ gradient: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>,
  _ size: Int,
  _ weight: UnsafePointer<Float>, _ epsilon: Float
) {
  let whole = size / Vector.width * Vector.width
  let rest = size - whole
  let mean = sum(size) { Vector(at: x + $0, count: $1) } / Float(size)
  let squares = sum(size) { start, count in
    let difference = Vector(at: x + start, count: count, filler: mean) - mean
    return difference * difference
  }
  let inverse = 1 / (squares / Float(size) + epsilon).squareRoot()
  var (sums, products) = (Vector.zero, Vector.zero)

  @inline(__always)
  func normalize(_ start: Int, _ count: Int) {
    let n = (Vector(at: x + start, count: count, filler: mean) - mean) * inverse
    let g = Vector(at: gradient + start, count: count) * Vector(at: weight + start, count: count)
    if count == Vector.width { n.store(at: x + start) } else { n.store(at: x + start, count: count) }
    sums += g
    products += g * n
  }
  var index = 0
  while index < whole {
    normalize(index, Vector.width)
    index += Vector.width
  }
  if rest > 0 { normalize(whole, rest) }
  let (meanGradient, meanProduct) = (sums.total / Float(size), products.total / Float(size))

  @inline(__always)
  func finish(_ start: Int, _ count: Int) {
    let n = Vector(at: x + start, count: count)
    let g = Vector(at: gradient + start, count: count) * Vector(at: weight + start, count: count)
    let value = (g - meanGradient - n * meanProduct) * inverse
    if count == Vector.width { value.store(at: result + start) } else { value.store(at: result + start, count: count) }
  }
  index = 0
  while index < whole {
    finish(index, Vector.width)
    index += Vector.width
  }
  if rest > 0 { finish(whole, rest) }
}

/// The sum of what `part` gives for neighbouring numbers, `Vector.width` of them at a time, and the rest at the end.
@inline(__always)
private func sum(_ count: Int, _ part: (_ start: Int, _ count: Int) -> Vector) -> Float {
  var sums = Vector.zero
  var index = 0
  while index + Vector.width <= count {
    sums += part(index, Vector.width)
    index += Vector.width
  }
  if index < count { sums += part(index, count - index) }
  return sums.total
}

extension Vector {
  /// Up to `width` numbers, and zeros after them.
  @inline(__always)
  fileprivate init(at pointer: UnsafePointer<Float>, count: Int) {
    if count == Vector.width { self.init(at: pointer) } else { self.init(at: pointer, count: count, filler: 0) }
  }
}

/// ∂L/∂p becomes ∂L/∂score.
@inline(never)
public func softmaxGradientRows(_ parameters: SoftmaxGradients) {
  let keys = parameters.keys
  for row in 0..<parameters.rows {
    let probabilities = parameters.probabilities + row * keys
    let gradient = parameters.gradient + row * keys
    let mean = sum(keys) {
      Vector(at: probabilities + $0, count: $1) * Vector(at: UnsafePointer(gradient + $0), count: $1)
    }
    var index = 0
    while index + Vector.width <= keys {
      let result = Vector(at: probabilities + index) * (Vector(at: UnsafePointer(gradient + index)) - mean)
      result.store(at: gradient + index)
      index += Vector.width
    }
    while index < keys {
      gradient[index] = probabilities[index] * (gradient[index] - mean)
      index += 1
    }
  }
}

/// A step of AdamW.
@inline(never)
public func adamWStep(_ step: AdamWStep) {
  var index = 0
  while index + Vector.width <= step.count {
    step.update(
      Vector(at: step.gradients + index), Vector(at: UnsafePointer(step.means + index)),
      Vector(at: UnsafePointer(step.squares + index)), Vector(at: UnsafePointer(step.parameters + index))
    ) { means, squares, parameters in
      means.store(at: step.means + index)
      squares.store(at: step.squares + index)
      parameters.store(at: step.parameters + index)
    }
    index += Vector.width
  }
  if index < step.count {
    let rest = step.count - index
    step.update(
      Vector(at: step.gradients + index, count: rest), Vector(at: UnsafePointer(step.means + index), count: rest),
      Vector(at: UnsafePointer(step.squares + index), count: rest),
      Vector(at: UnsafePointer(step.parameters + index), count: rest)
    ) { means, squares, parameters in
      means.store(at: step.means + index, count: rest)
      squares.store(at: step.squares + index, count: rest)
      parameters.store(at: step.parameters + index, count: rest)
    }
  }
}

extension AdamWStep {
  @inline(__always)
  fileprivate func update(
    _ gradients: Vector, _ means: Vector, _ squares: Vector, _ parameters: Vector,
    _ store: (_ means: Vector, _ squares: Vector, _ parameters: Vector) -> Void
  ) {
    let g = gradients * gradientScale
    let m = (g - means).times(Vector(repeating: 1 - beta1), plus: means)
    let v = (g * g).times(Vector(repeating: 1 - beta2), plus: squares * beta2)
    let step = m * rate / (v.squareRoot() * squareScale + epsilon)
    store(m, v, parameters * decay - step)
  }
}

/// Σ x², summed in double precision in blocks of a fixed size.
@inline(never)
public func sumOfSquares(_ numbers: UnsafePointer<Float>, count: Int) -> Double {
  let block = 4096
  var total = 0.0
  var start = 0
  while start < count {
    let numbers = numbers + start
    total += Double(
      sum(min(block, count - start)) {
        let x = Vector(at: numbers + $0, count: $1)
        return x * x
      })
    start += block
  }
  return total
}
