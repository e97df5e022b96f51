import Support

/// Where something is dropped.
enum DropoutPlace {
  case embeddings
  case attention(layer: Int, sentence: Int)
  case attentionOutput(layer: Int)
  case feedForward(layer: Int)
  case headInput
  case classifier

  fileprivate var number: UInt64 {
    switch self {
    case .embeddings: 1
    case .headInput: 2
    case .classifier: 3
    case .attentionOutput(let layer): 1 << 32 | UInt64(truncatingIfNeeded: layer)
    case .feedForward(let layer): 2 << 32 | UInt64(truncatingIfNeeded: layer)
    case .attention(let layer, let sentence):
      3 << 32 | UInt64(truncatingIfNeeded: layer) << 20 | UInt64(truncatingIfNeeded: sentence)
    }
  }
}

/// Dropout (Srivastava et al. 2014) of one step: a number is set to 0 with a probability of `rate`, and divided by 1 - `rate`
/// where it is not. Which ones are dropped follows from seed, step and place alone, so that the backward pass drops the same,
/// on any number of threads.
struct Dropout: Sendable {
  let rate: Double
  let seed: UInt64
  let step: Int

  func apply<A: Arithmetic>(
    to numbers: UnsafeMutablePointer<A.Real>, count: Int, at place: DropoutPlace, on machine: Machine<A>
  ) {
    guard rate > 0 else { return }
    let start = mixed(mixed(seed &+ UInt64(truncatingIfNeeded: step) &* 0x9E37_79B9_7F4A_7C15) ^ place.number)
    let threshold = UInt64(Int(saturating: rate * 0x1p32) ?? 0)
    let scale = A.Real(1 / (1 - rate))
    machine.forRows(count, each: 1) { part in
      for index in part {
        let isKept = mixed(start &+ UInt64(truncatingIfNeeded: index)) >> 32 >= threshold
        numbers[index] = isKept ? numbers[index] * scale : 0
      }
    }
  }
}

/// The finalizer of SplitMix64 (Steele, Lea, Flood 2014).
func mixed(_ number: UInt64) -> UInt64 {
  var z = number &+ 0x9E37_79B9_7F4A_7C15
  z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
  z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
  return z ^ z >> 31
}

/// SplitMix64 as a generator: the same numbers from the same seed on every machine.
package struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  package init(seed: UInt64) { state = mixed(seed) }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return mixed(state)
  }

  /// At least 0 and below 1.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
}
