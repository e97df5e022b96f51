import Support
import TestSupport
import Testing

@Suite struct WholeNumberTests {
  private static let large = 9_223_372_036_854_775_808.0
  private static let numbers: [Double] = [
    2.5, -2.5, 0, -0.0, 1e-300, -0.75, 1e300, -1e300, .infinity, -.infinity, large, -large, 0x1p51 - 0.5, 0x1p51,
    -0x1p51, 0x1p53 + 2,
  ]
  private static let nearest: [Int] = [
    2, -2, 0, 0, 0, 0, .max, .min, .max, .min, .max, .min, 2_251_799_813_685_247, 2_251_799_813_685_248,
    -2_251_799_813_685_248, 9_007_199_254_740_994,
  ]

  @Test(arguments: zip(numbers, nearest))
  func everyNumberBecomesTheNearestThatFits(number: Double, expected: Int) {
    #expect(Int(saturating: number) == expected)
  }

  /// The standard library's own conversion, reached by `Int(exactly:)`.
  @Test func agreesWithTheStandardLibrary() {
    for exponent in -3...62 {
      for mantissa: Double in [1, 1.25, 1.5, 1.999_999, 1.75] {
        for sign in [FloatingPointSign.plus, .minus] {
          let number = Double(sign: sign, exponent: exponent, significand: mantissa)
          for rule: FloatingPointRoundingRule in [.towardZero, .toNearestOrAwayFromZero, .up, .down] {
            #expect(Int(saturating: number, rule: rule) == Int(exactly: number.rounded(rule)))
            #expect(Int(saturating: Float(number), rule: rule) == Int(exactly: Float(number).rounded(rule)))
          }
        }
      }
    }
  }

  @Test func roundingFollowsTheRule() {
    #expect(Int(saturating: Float(2.5), rule: .up) == 3)
    #expect(Int(saturating: Float(2.5), rule: .toNearestOrEven) == 2)
  }

  @Test func nanIsNoNumber() {
    #expect(Int(saturating: Double.nan) == nil)
    #expect(Int(saturating: -Float.nan) == nil)
    #expect(Int(saturating: Float.signalingNaN) == nil)
  }

  @Test func aShareIsBetween0And1() {
    let numbers: [Double] = [-1, 0, 0.25, 1, 7, .infinity, -.infinity]
    #expect(numbers.map(\.share) == [0, 0, 0.25, 1, 1, 1, 0])
    #expect(Double.nan.share == nil && (-Float.nan).share == nil)
  }

  @Test func nanComesLastInBothOrders() {
    let numbers: [Float] = [.nan, 1, -.infinity, .nan, 3, .infinity, 2]
    let places = numbers.indices
    #expect(places.sorted { numbers[$0].isLarger(than: numbers[$1]) } == [5, 4, 6, 1, 2, 0, 3])
    #expect(places.sorted { numbers[$0].isSmaller(than: numbers[$1]) } == [2, 1, 6, 4, 5, 0, 3])
  }

  @Test func timesThatAreNoneAreNothing() {
    let times: [Double] = [0, 5.9, 65, 3600, 1e300, .infinity, -3, .nan]
    let shown = ["0:00", "0:05", "1:05", "60:00", "16666666:40", "16666666:40", "0:00", "0:00"]
    #expect(times.map(clock) == shown)
  }

  /// That conversions which trap do not compile is the compiler's doing, by two lines of `Package.swift`.
  @Test func everyModuleIsCompiledWithoutConversionsThatTrap() {
    let package = String(decoding: Fixtures.bytes(atRootPath: "Package.swift"), as: UTF8.self)
    #expect(package.contains(#".unsafeFlags(["-Xfrontend", "-import-module", "-Xfrontend", "Support"])"#))
    #expect(package.contains(#".treatWarning("DeprecatedDeclaration", as: .error)"#))
    #expect(package.contains("swiftSettings: dependencies.isEmpty ? [] : rules"))
    let withSupport = package.split(separator: "module(\"").dropFirst()
    for module in withSupport where !module.hasPrefix("Support\"") {
      #expect(module.contains("\"Support\""), "\(module)")
    }
  }
}
