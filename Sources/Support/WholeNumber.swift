extension Int {
  /// The whole number that a floating-point number becomes by `rule`: the only way from the one to the other.
  ///
  /// What `Int` cannot hold (±∞ included) becomes the nearest number that it can. NaN is no number: it has no place
  /// among them, and whoever asks says what it looks like instead.
  ///
  /// - Returns: nil for NaN.
  @inlinable
  public init?<Number: BinaryFloatingPoint>(saturating number: Number, rule: FloatingPointRoundingRule = .towardZero) {
    guard !number.isNaN else { return nil }
    let rounded = number.rounded(rule)
    if let exact = Int(exactly: rounded) {
      self = exact
    } else {
      self = rounded < 0 ? .min : .max
    }
  }
}
