/// How many multiplications and additions a round of `multiplyAndAdd` does.
public let operationsPerRound = 12 * Register.scalarCount * 2

/// Multiplies and adds `rounds` times in registers alone, to measure how fast that can be at most. Returns what comes of
/// it, or it would not be computed.
@inline(never)
public func multiplyAndAdd(rounds: Int) -> Float {
  var sums = InlineArray<12, Register>(repeating: .zero)
  for i in 0..<12 { sums[i] = Register(repeating: Float(i)) }
  let numbers = Register(repeating: 1e-6)
  let half = Register(repeating: 0.5)
  for _ in 0..<rounds {
    for i in 0..<12 { sums[i].add(numbers, times: half) }
  }
  return (0..<12).reduce(0) { $0 + sums[$1].sum() }
}
