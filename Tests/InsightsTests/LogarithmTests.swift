import Foundation
import Testing

@testable import Insights

@Suite struct LogarithmTests {
  @Test("the fast logarithm is within 1e-6 over the whole range of normal numbers")
  func isAccurate() {
    var worst = 0.0
    var worstNearOne = 0.0
    var bits = Float.leastNormalMagnitude.bitPattern
    // Every 1009th number: two millions, with all mantissas and all exponents.
    while bits < Float.infinity.bitPattern {
      let x = Float(bitPattern: bits)
      let exact = log(Double(x))
      worst = max(worst, abs(Double(fastLogarithm(x)) - exact) / max(1, abs(exact)))
      bits += 1009
    }
    for step in 0...20_000 {
      let x = Float(1) - Float(step) * 1e-5
      guard x > 0 else { continue }
      worstNearOne = max(worstNearOne, abs(Double(fastLogarithm(x)) - log(Double(x))) / max(1, abs(log(Double(x)))))
    }
    print("logarithm: largest relative difference \(worst), close to 1 \(worstNearOne)")
    #expect(worst < 1e-6)
    #expect(worstNearOne < 1e-6)
  }

  @Test("p ln p at the ends of its range")
  func ends() {
    #expect(timesLogarithm(0) == 0)
    #expect(timesLogarithm(1) == 0)
    #expect(abs(timesLogarithm(.leastNonzeroMagnitude)) < 1e-37)
    #expect(abs(timesLogarithm(1e-30) + 6.907_755e-29) < 1e-34)
    #expect(timesLogarithm(.nan).isNaN)
    #expect(abs(timesLogarithm(0.5) + 0.346_573_6) < 1e-6)
  }
}
