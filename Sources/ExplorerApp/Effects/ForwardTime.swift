import Activations

/// How long an encoder's computations take on this machine, from those that were measured: a·n + b·p(n) seconds for n tokens. Dense
/// layers grow with n, attention with the pairs of a layer: p = n², but for layers that see a window of neighbours.
package struct ForwardTime: Sendable {
  /// The last computation of a short text, and of a long one.
  private var short: Measured?
  private var long: Measured?
  /// b/a, as far as the sizes of the encoder tell.
  private let ratio: Double
  /// How many keys a query of each layer sees at most, where that is known; nil for a layer that sees all.
  private var windows: [Double?] = []

  private struct Measured {
    let tokens: Double
    let seconds: Double
  }

  /// What is shorter says little: it takes as long as it takes to read the weights.
  package static let leastTokens = 64
  private static let leastOfLong = 1024

  /// - Parameter description: of the encoder that computes.
  package init(_ description: EncoderDescription) {
    let (hidden, intermediate) = (Double(description.hiddenSize), Double(description.intermediateSize))
    // Multiplications: the dense layers of a token; and queries by keys and probabilities by values of a pair, which run at half the
    // speed, because softmax and whatever looks at the probabilities lie between them.
    let (dense, pair) = (4 * hidden * hidden + 2 * hidden * intermediate, 2 * hidden * 2)
    ratio = dense > 0 ? pair / dense : 0
  }

  /// Whether anything was measured.
  package var isKnown: Bool { short != nil || long != nil }

  /// What was computed has taken so long.
  package mutating func add(_ encoding: Encoding, seconds: Double) {
    let real = encoding.queryInput.realPositions
    let middle = real.isEmpty ? 0 : real[real.count / 2]
    let asked = encoding.mask.visibleKeys(query: middle)
    let found = encoding.trace.layers.map { layer -> Double? in
      if let block = layer.traits?.block {
        return block.window.map { Double(block.isCausal ? $0 : 2 * $0 - 1) }
      }
      // A family that says nothing of its windows shows them.
      let seen = layer.mask.visibleKeys(query: middle)
      return seen < asked ? Double(seen) : nil
    }
    // A short text may be no longer than a window.
    if windows.isEmpty || found.contains(where: { $0 != nil }) { windows = found }
    add(tokens: encoding.input.count, seconds: seconds)
  }

  /// The pairs of so many tokens that attention is computed for, as the mean over the layers.
  private func pairs(_ tokens: Double) -> Double {
    guard !windows.isEmpty else { return tokens * tokens }
    return tokens * windows.reduce(0) { $0 + min($1 ?? tokens, tokens) } / Double(windows.count)
  }

  /// A computation of so many tokens has taken so long.
  package mutating func add(tokens: Int, seconds: Double) {
    guard tokens >= ForwardTime.leastTokens, seconds > 0 else { return }
    let measured = Measured(tokens: Double(tokens), seconds: seconds)
    if tokens < ForwardTime.leastOfLong { short = measured } else { long = measured }
  }

  /// How long so many tokens take; nil where nothing was measured.
  package func seconds(tokens: Int) -> Double? {
    guard let known = long ?? short else { return nil }
    let count = Double(tokens)
    var dense = known.seconds / (known.tokens + ratio * pairs(known.tokens))
    var pair = ratio * dense
    // Two of different lengths say what part each has; but for what was measured while the machine did something else.
    if let short, let long, long.tokens > 2 * short.tokens {
      let (ofShort, ofLong) = (pairs(short.tokens) / short.tokens, pairs(long.tokens) / long.tokens)
      let slope = (long.seconds / long.tokens - short.seconds / short.tokens) / max(ofLong - ofShort, 1)
      let rest = short.seconds / short.tokens - slope * ofShort
      if slope > 0, rest > 0 { (dense, pair) = (rest, slope) }
    }
    return dense * count + pair * pairs(count)
  }
}
