extension Int {
  /// The whole number that a floating-point number becomes by `rule`: the only way from the one to the other.
  ///
  /// What `Int` cannot hold (±∞ included) becomes the nearest number that it can. NaN is no number: it has no place
  /// among them, and the caller says what it looks like instead. The ways that the standard library has, which trap, are
  /// shadowed in `BareConversions.swift`: code that takes one of them does not compile.
  ///
  /// It is inlined, because rounding by a rule that is known is an instruction or two.
  ///
  /// - Returns: nil for NaN.
  @inlinable @inline(__always)
  public init?<Number: BinaryFloatingPoint>(saturating number: Number, rule: FloatingPointRoundingRule = .towardZero) {
    let rounded = number.rounded(rule)
    if rounded.magnitude < 0x1p51 {
      // Pictures do this for each of their dots: added to 3 · 2^51, a number stands in the last bits of the sum, and
      // is not rounded and compared once more as by `Int(exactly:)`.
      self.init(bitPattern: UInt((Double(rounded) + 0x1.8p52).bitPattern &- 0x1.8p52.bitPattern))
    } else if let exact = Int(exactly: rounded) {
      self = exact
    } else if rounded.isNaN {
      return nil
    } else {
      self = rounded < 0 ? .min : .max
    }
  }
}
