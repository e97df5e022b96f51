import Support

/// Numbers of sentences as whole multiples of 2⁻³⁰. Each number is rounded once, when it is measured; from then on sums are sums of whole
/// numbers, and so the same in any order.
enum FixedPoint {
  /// How many multiples make 1.
  static let unit = 0x1p30
  /// No number of a sentence is larger: distances in positions are the largest, and no encoder has so many.
  static let largest = 0x1p17

  /// The nearest multiple; nil for what is no number.
  static func rounded(_ value: Double) -> Int64? {
    guard value.isFinite else { return nil }
    return Int(saturating: min(max(value, -largest), largest) * unit, rule: .toNearestOrAwayFromZero).map(Int64.init)
  }

  /// What so many multiples are.
  static func value(_ multiples: Int128) -> Double { Double(multiples) / unit }
}
