import Support
import Testing

@Suite struct WholeNumberTests {
  @Test(arguments: [
    (2.5, 2), (-2.5, -2), (0, 0), (-0.0, 0), (1e300, Int.max), (-1e300, Int.min), (.infinity, Int.max),
    (-.infinity, Int.min), (9_223_372_036_854_775_808, Int.max), (-9_223_372_036_854_775_808, Int.min),
  ])
  func everyNumberBecomesTheNearestThatFits(number: Double, expected: Int) {
    #expect(Int(saturating: number) == expected)
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
}
