/// The digits of a number, read one by one, whatever there are of them: nothing overflows.
@frozen
public struct DecimalDigits: Sendable {
  @usableFromInline var digits: UInt64 = 0
  @usableFromInline var isExact = true

  /// No digits yet.
  @inlinable
  public init() {}

  /// The number that the digits are; nil once that is too large.
  @inlinable
  public var value: UInt64? { isExact ? digits : nil }

  /// Takes one more digit, a number from 0 to 9.
  @inlinable @inline(__always)
  public mutating func append(_ digit: UInt8) {
    let (product, overflow) = digits.multipliedReportingOverflow(by: 10)
    let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
    if overflow || carry { isExact = false }
    digits = sum
  }

  /// The number times 10^`exponent`, if both have an exact `Double`, so that one operation rounds correctly.
  public func exactDouble(exponent: Int) -> Double? {
    guard isExact, digits <= 1 << 53, exponent.magnitude < Self.powersOfTen.count else { return nil }
    let power = Self.powersOfTen[Int(exponent.magnitude)]
    return exponent < 0 ? Double(digits) / power : Double(digits) * power
  }

  private static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
  ]
}

/// The value of an ASCII digit; nil for any other byte.
@inlinable @inline(__always)
public func decimalDigit(_ byte: UInt8) -> UInt8? { byte &- 0x30 < 10 ? byte &- 0x30 : nil }

extension Int {
  /// A whole number as people and files write it: ASCII digits and nothing else; signs are none.
  ///
  /// - Returns: nil where the text is something else, or the number is not in `range`.
  public init?(decimal text: some Sequence<UInt8>, in range: ClosedRange<Int> = 0...Int.max) {
    var digits = DecimalDigits()
    var isEmpty = true
    for byte in text {
      guard let digit = decimalDigit(byte) else { return nil }
      digits.append(digit)
      isEmpty = false
    }
    guard !isEmpty, let value = digits.value, let number = Int(exactly: value), range.contains(number) else {
      return nil
    }
    self = number
  }

  /// A number from decimal digits alone, without a sign; nil for anything else, and outside of `range`.
  public init?(decimal text: some StringProtocol, in range: ClosedRange<Int> = 0...Int.max) {
    self.init(decimal: text.utf8, in: range)
  }
}

extension Double {
  /// A number as people write it: digits, perhaps with a sign, a point and a power of ten (`-0.25`, `.5`, `1e-3`).
  ///
  /// - Returns: nil for everything else that Swift takes for a number (`nan`, `inf`, `0x1p3`), and for what is too large.
  public init?(decimal text: some StringProtocol) {
    var rest = text.utf8[...]
    func skip(_ bytes: String) -> Bool {
      guard let first = rest.first, bytes.utf8.contains(first) else { return false }
      rest = rest.dropFirst()
      return true
    }
    func skipDigits() -> Int {
      let after = rest.drop { decimalDigit($0) != nil }
      defer { rest = after }
      return rest.count - after.count
    }
    _ = skip("+-")
    var digits = skipDigits()
    if skip(".") { digits += skipDigits() }
    guard digits > 0 else { return nil }
    if skip("eE") {
      _ = skip("+-")
      guard skipDigits() > 0 else { return nil }
    }
    guard rest.isEmpty, let number = Double(String(text)), number.isFinite else { return nil }
    self = number
  }
}

extension Sequence<Int> {
  /// The sum of untrusted numbers, such as sizes of files; as large as it can be where it is too large.
  public var saturatingSum: Int {
    reduce(0) { sum, number in
      let (result, overflow) = sum.addingReportingOverflow(number)
      return overflow ? (number < 0 ? .min : .max) : result
    }
  }
}
