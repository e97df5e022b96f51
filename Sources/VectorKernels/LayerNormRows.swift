import KernelParameters

/// Layer normalization over the last axis.
@inline(never)
public func layerNormRows(_ parameters: LayerNormRows) {
  let size = parameters.size
  for row in 0..<parameters.rows {
    normalize(
      parameters.input + row * size, adding: parameters.residual.map { $0 + row * size },
      into: parameters.output + row * size, size: size, parameters.weight, parameters.bias, parameters.epsilon)
  }
}

@inline(__always)
private func normalize(
  _ input: UnsafePointer<Float>, adding residual: UnsafePointer<Float>?, into output: UnsafeMutablePointer<Float>,
  size: Int, _ weight: UnsafePointer<Float>, _ bias: UnsafePointer<Float>, _ epsilon: Float
) {
  let whole = size / Vector.width * Vector.width
  let rest = size - whole
  var sums = Vector.zero
  var index = 0
  while index < whole {
    var x = Vector(at: input + index)
    if let residual { x += Vector(at: residual + index) }
    x.store(at: output + index)
    sums += x
    index += Vector.width
  }
  if rest > 0 {
    var x = Vector(at: input + whole, count: rest, filler: 0)
    if let residual { x += Vector(at: residual + whole, count: rest, filler: 0) }
    x.store(at: output + whole, count: rest)
    sums += x
  }
  let mean = sums.total / Float(size)
  var squares = Vector.zero
  index = 0
  while index < whole {
    let x = Vector(at: output + index) - mean
    squares += x * x
    index += Vector.width
  }
  if rest > 0 {
    let x = Vector(at: output + whole, count: rest, filler: mean) - mean
    squares += x * x
  }
  let inverse = 1 / (squares.total / Float(size) + epsilon).squareRoot()
  index = 0
  while index < whole {
    let x = (Vector(at: output + index) - mean) * inverse
    (x * Vector(at: weight + index) + Vector(at: bias + index)).store(at: output + index)
    index += Vector.width
  }
  if rest > 0 {
    let x = (Vector(at: output + whole, count: rest, filler: 0) - mean) * inverse
    (x * Vector(at: weight + whole, count: rest, filler: 0) + Vector(at: bias + whole, count: rest, filler: 0))
      .store(at: output + whole, count: rest)
  }
}
