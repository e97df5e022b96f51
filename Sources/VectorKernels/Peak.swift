/// How many multiplications and additions a round of `multiplyAndAdd` does.
public let operationsPerRound = 12 * Vector.width * 2

/// Multiplies and adds `rounds` times in registers alone, to measure how fast that can be at most. Returns what comes of
/// it, or it would not be computed.
@inline(never)
public func multiplyAndAdd(rounds: Int) -> Float {
  var sums = InlineArray<12, Vector>(repeating: .zero)
  for i in 0..<12 { sums[i] = Vector(repeating: Float(i)) }
  let (factor, summand) = (Vector(repeating: 0.999), Vector(repeating: 0.001))
  for _ in 0..<rounds {
    for i in 0..<12 { sums[i] = sums[i].times(factor, plus: summand) }
  }
  var total = Vector.zero
  for i in 0..<12 { total += sums[i] }
  return total.total
}
