import KernelParameters

/// Replaces rows of scores by the probabilities that the softmax makes of them.
@inline(never)
public func softmaxRows(_ parameters: SoftmaxRows) {
  let (rows, keys, visible) = (parameters.rows, parameters.keys, parameters.visible)
  for row in 0..<rows {
    let first = max(Int(visible[3 * row]) - parameters.firstKey, 0)
    let range = first..<max(Int(visible[3 * row + 1]) - parameters.firstKey, first)
    let scores = parameters.scores + row * keys
    if range.lowerBound > 0 { scores.update(repeating: 0, count: range.lowerBound) }
    if range.upperBound < keys { (scores + range.upperBound).update(repeating: 0, count: keys - range.upperBound) }
    guard !range.isEmpty else { continue }
    if let bias = parameters.bias {
      let biases = bias + row * parameters.biasStride
      for key in range { scores[key] += biases[key] * log2OfE }
    }
    let hasHoles = visible[3 * row + 2] != 0
    let allowed = parameters.allowed + row * parameters.allowedStride
    if hasHoles {
      for key in range where !allowed[key] { scores[key] = -.infinity }
    }
    softmax(scores + range.lowerBound, count: range.count)
    if hasHoles {
      for key in range where !allowed[key] { scores[key] = 0 }
    }
  }
}

/// The softmax of a whole row in place, stable against large scores.
@inline(__always)
private func softmax(_ scores: UnsafeMutablePointer<Float>, count: Int) {
  let whole = count / Vector.width * Vector.width
  let rest = count - whole
  var largest = Vector(at: scores + whole, count: rest, filler: -.infinity)
  var index = 0
  while index < whole {
    largest = largest.larger(Vector(at: scores + index))
    index += Vector.width
  }
  let maximum = largest.largest
  var sums = Vector.zero
  index = 0
  while index < whole {
    let power = powerOf2(Vector(at: scores + index) - maximum)
    power.store(at: scores + index)
    sums += power
    index += Vector.width
  }
  var sum = sums.total
  var tail = Vector.zero
  if rest > 0 {
    tail = powerOf2(Vector(at: scores + whole, count: rest, filler: 0) - maximum)
    for lane in 0..<rest { sum += tail[lane] }
  }
  let inverse = 1 / sum
  index = 0
  while index < whole {
    (Vector(at: scores + index) * inverse).store(at: scores + index)
    index += Vector.width
  }
  (tail * inverse).store(at: scores + whole, count: rest)
}
