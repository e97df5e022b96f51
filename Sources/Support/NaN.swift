// What the standard library does with NaN without a word, done on purpose.

extension FloatingPoint {
  /// Whether the number goes before another one where the largest come first. NaN comes last, and is no larger than NaN:
  /// with `>` alone, a list that holds it would have no order.
  @inlinable
  public func isLarger(than other: Self) -> Bool { other.isNaN ? !isNaN : self > other }

  /// Whether the number goes before another one where the smallest come first. NaN comes last here, too.
  @inlinable
  public func isSmaller(than other: Self) -> Bool { other.isNaN ? !isNaN : self < other }
}

extension BinaryFloatingPoint {
  /// The number held between 0 and 1; nil for NaN, which `min(max(x, 0), 1)` would let through.
  @inlinable
  public var share: Self? {
    // Neither comparison holds for NaN.
    self <= 0 ? 0 : self >= 1 ? 1 : self > 0 ? self : nil
  }
}
