/// Replaces a row of scores by the probabilities that the softmax makes of them.
///
/// Keys outside of `row` get exactly 0, and a row without visible keys is all 0. `bias` is added to the scores first.
@inline(__always)
func softmax(
  _ scores: UnsafeMutablePointer<Float>, count: Int, _ row: VisibleKeys.Row, allowed: UnsafePointer<Bool>,
  adding bias: UnsafePointer<Float>?
) {
  if row.range.lowerBound > 0 { scores.update(repeating: 0, count: row.range.lowerBound) }
  if row.range.upperBound < count {
    (scores + row.range.upperBound).update(repeating: 0, count: count - row.range.upperBound)
  }
  guard !row.range.isEmpty else { return }
  if let bias {
    for key in row.range { scores[key] += bias[key] }
  }
  if row.hasHoles {
    for key in row.range where !allowed[key] { scores[key] = -.infinity }
  }
  softmax(scores + row.range.lowerBound, count: row.range.count)
}

/// The softmax of a whole row in place, stable against large scores. Scores of -infinity become exactly 0.
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
    let e = exponential(Vector(at: scores + index) - maximum)
    e.store(at: scores + index)
    sums += e
    index += Vector.width
  }
  let tail = exponential(Vector(at: scores + whole, count: rest, filler: -.infinity) - maximum)
  if rest > 0 { sums += tail }
  let inverse = 1 / sums.total
  index = 0
  while index < whole {
    (Vector(at: scores + index) * inverse).store(at: scores + index)
    index += Vector.width
  }
  (tail * inverse).store(at: scores + whole, count: rest)
}
