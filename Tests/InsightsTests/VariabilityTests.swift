import Activations
import Testing

@testable import Insights

@Suite struct VariabilityTests {
  private let input = TokenizedInput(["cat"])

  @Test("a head that always does the same does not vary")
  func same() throws {
    let encoding = Encoding(Made(words: ["the", "cat"]))
    for layer in try #require(attentionVariability(of: [encoding, encoding])) { #expect(layer.allSatisfy { $0 == 0 }) }
  }

  @Test("heads that share nothing vary by a half, by hand")
  func different() throws {
    let a = Encoding(.identity(3), input)
    let b = Encoding(.attending(3) { ($0 + 1) % 3 }, input)
    // Each row: |1 − ½| + |0 − ½| in both, 2 in all; Σ p is 2; 2 / (2 · 2).
    #expect(try #require(attentionVariability(of: [a, b])) == [[0.5]])
    let c = Encoding(.attending(3) { ($0 + 2) % 3 }, input)
    let three = try #require(attentionVariability(of: [a, b, c]))[0][0]
    #expect(abs(three - 2.0 / 3) < 1e-12)
  }

  @Test("positions are counted without PAD, and only those that all sentences have")
  func alignment() throws {
    let padded = TokenizedInput(["cat"], pad: 2, side: .left)
    var rows = [[Float]](repeating: [0, 0, 1, 0, 0], count: 5)
    for i in 0..<3 { rows[i + 2] = [0, 0] + [[Float]].identity(3)[i] }
    let longer = Encoding(.identity(5), TokenizedInput(["cat", "ran", "off"]))
    #expect(try #require(attentionVariability(of: [Encoding(rows, padded), longer])) == [[0]])
    let other = Encoding(.attending(3) { $0 == 0 ? 0 : ($0 + 1) % 3 }, input)
    #expect(try #require(attentionVariability(of: [longer, other], firstTokens: 1)) == [[0]])
    #expect(attentionVariability(of: [longer]) == nil)
    #expect(attentionVariability(of: [longer, Encoding(Made())]) == nil)
  }
}
