import Support

/// Everything about a sentence that is left to chance is taken from this number: whether it is sampled, and how often it is drawn in
/// a replicate of the bootstrap. So it is the same on every machine, and in whatever part the sentence is.
///
/// FNV-1a over the seed in decimal digits, a line feed and the identity in UTF-8, then the finalizer of SplitMix64 (Steele, Lea and
/// Flood 2014), without which similar identities have similar numbers.
public struct SentenceHash: Sendable, Hashable, Comparable {
  /// The number itself.
  public let value: UInt64

  /// The number of a sentence in surveys with this seed.
  public init(seed: Int, identity: String) {
    var hash = FNV1a("\(seed)\n".utf8)
    for byte in identity.utf8 { hash.add(byte) }
    value = Self.mixed(hash.value)
  }

  /// A number that was written down.
  public init(value: UInt64) { self.value = value }

  /// The number `index` of those that are drawn for this sentence.
  public func draw(_ index: Int) -> UInt64 {
    Self.mixed(value &+ UInt64(truncatingIfNeeded: index &+ 1) &* 0x9E37_79B9_7F4A_7C15)
  }

  /// Smaller numbers come first.
  public static func < (a: SentenceHash, b: SentenceHash) -> Bool { a.value < b.value }

  private static func mixed(_ number: UInt64) -> UInt64 {
    var z = number
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
