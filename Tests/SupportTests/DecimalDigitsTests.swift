import TestSupport
import Testing

@testable import Support

struct DecimalDigitsTests {
  @Test(arguments: [
    ("0", 0), ("007", 7), ("9223372036854775807", Int.max), ("9223372036854775808", nil),
    ("99999999999999999999999999", nil), ("", nil), ("+5", nil), ("-5", nil), (" 5", nil), ("5.0", nil), ("0x10", nil),
    ("٣", nil),
  ])
  func wholeNumbers(text: String, number: Int?) {
    #expect(Int(decimal: text) == number)
    #expect(Int(decimal: text, in: 1...6) == nil)
  }

  @Test(arguments: [
    ("0", 0.0), ("12.5", 12.5), ("-0.25", -0.25), ("+1", 1), (".5", 0.5), ("5.", 5), ("1e-3", 0.001), ("1E+2", 100),
    ("1e400", nil), ("", nil), (".", nil), ("-", nil), ("e5", nil), ("1e", nil), ("nan", nil), ("inf", nil),
    ("0x1p3", nil), ("1_000", nil), ("1 ", nil), ("٣", nil),
  ])
  func numbers(text: String, number: Double?) { #expect(Double(decimal: text) == number) }

  /// Swift's own reading is the measure, where there is one.
  @Test func randomTextsAreReadAsSwiftReadsThemOrNotAtAll() {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<20_000 {
      let text = String(
        (0..<Int.random(in: 0...24, using: &random)).map { _ in
          "0123456789012345678901234567890123456789.eE+-x \u{0}".randomElement(using: &random) ?? "0"
        })
      if let number = Double(decimal: text) { #expect(Double(text) == number, "\(text)") }
      let isDigits = !text.isEmpty && text.utf8.allSatisfy { decimalDigit($0) != nil }
      #expect(Int(decimal: text) == (isDigits ? Int(text) : nil), "\(text)")
    }
  }

  @Test func exactlyRoundedOrNotAtAll() {
    var random = SeededGenerator(seed: 4)
    for _ in 0..<20_000 {
      let count = Int.random(in: 1...30, using: &random)
      let exponent = Int.random(in: -30...30, using: &random)
      var digits = DecimalDigits()
      var text = ""
      for _ in 0..<count {
        let digit = UInt8.random(in: 0...9, using: &random)
        digits.append(digit)
        text += "\(digit)"
      }
      #expect(digits.value == UInt64(text), "\(text)")
      if let number = digits.exactDouble(exponent: exponent) {
        #expect(number == Double("\(text)e\(exponent)"), "\(text)")
      }
    }
    #expect(DecimalDigits().exactDouble(exponent: .min) == nil)
  }

  @Test func sumsOfSizesDoNotOverflow() {
    #expect([1, 2, 3].saturatingSum == 6)
    #expect([Int.max, 1].saturatingSum == .max)
    #expect([Int.min, -1].saturatingSum == .min)
    #expect([Int]().saturatingSum == 0)
  }
}
