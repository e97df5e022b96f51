/// Replaces rows of scores by the probabilities that the softmax makes of them.
///
/// - Parameters:
///   - scores: [rows, keys], in base 2: multiplied by `log2OfE`.
///   - visible: [rows, 3]: the first visible key, one past the last, and whether keys between them are blocked. Keys
///     outside get exactly 0, and a row without visible keys is all 0.
///   - allowed: [rows, keys]: false for a blocked key. Only looked at where keys between visible ones are blocked.
///   - bias: added to the scores first, in base e; rows are `biasStride` apart.
@inline(never)
public func softmaxRows(
  _ scores: UnsafeMutablePointer<Float>, rows: Int, keys: Int, visible: UnsafePointer<Int32>,
  allowed: UnsafePointer<Bool>, bias: UnsafePointer<Float>?, biasStride: Int
) {
  for row in 0..<rows {
    let range = Int(visible[3 * row])..<Int(visible[3 * row + 1])
    let scores = scores + row * keys
    if range.lowerBound > 0 { scores.update(repeating: 0, count: range.lowerBound) }
    if range.upperBound < keys { (scores + range.upperBound).update(repeating: 0, count: keys - range.upperBound) }
    guard !range.isEmpty else { continue }
    if let bias {
      let bias = bias + row * biasStride
      for key in range { scores[key] += bias[key] * log2OfE }
    }
    let hasHoles = visible[3 * row + 2] != 0
    let allowed = allowed + row * keys
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
