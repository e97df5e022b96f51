import Activations

/// How long an encoder takes for one length of input, everything captured.
public struct EncoderTiming: Sendable {
  /// How many tokens the input had.
  public let tokens: Int
  /// Of every run, in milliseconds, in the order in which they were made.
  public let milliseconds: [Double]

  /// The median of all runs, in milliseconds; 0 without any.
  public var median: Double {
    let sorted = milliseconds.sorted()
    guard !sorted.isEmpty else { return 0 }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// The fastest run, in milliseconds; 0 without any.
  public var minimum: Double { milliseconds.min() ?? 0 }

  /// The times of all runs, in milliseconds, for an input of so many tokens.
  public init(tokens: Int, milliseconds: [Double]) {
    self.tokens = tokens
    self.milliseconds = milliseconds
  }
}

extension Encoder {
  /// Runs the encoder `runs` times on an input of `tokens` tokens, after some runs that are not counted.
  ///
  /// A trace is given up before the next run begins, as a screen gives up what it no longer shows.
  public func time(tokens: Int, runs: Int, warmUp: Int = 3) throws -> EncoderTiming {
    // Any ids will do: what a run costs does not depend on them.
    let ids = (0..<tokens).map { Int32(1 + $0 * 7919 % max(1, description.vocabularySize - 1)) }
    let input = TokenizedInput(
      inputIDs: ids, tokenTypeIDs: ids.map { _ in 0 }, tokens: ids.map { "\($0)" }, offsets: ids.map { _ in 0..<0 },
      specialTokensMask: ids.map { _ in false }, sequenceIDs: ids.map { _ in 0 }, attentionMask: ids.map { _ in true })
    let mask = AttentionMask(.keys, attentionMask: input.attentionMask)
    let clock = ContinuousClock()
    var milliseconds: [Double] = []
    for run in 0..<warmUp + runs {
      let duration = try clock.measure { _ = try self.run(input, mask: mask) }
      if run >= warmUp { milliseconds.append(duration / .milliseconds(1)) }
    }
    return EncoderTiming(tokens: tokens, milliseconds: milliseconds)
  }
}
