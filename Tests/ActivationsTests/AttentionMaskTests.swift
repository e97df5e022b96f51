import Testing

@testable import Activations

@Suite struct AttentionMaskTests {
  /// `The cat ran PAD`, a row a query, from the first to the last.
  static let lecture: [(mode: MaskMode, rows: [String])] = [
    (.keys, ["1110", "1110", "1110", "1110"]),
    (.none, ["1111", "1111", "1111", "1111"]),
    (.full, ["1110", "1110", "1110", "0000"]),
    (.causal, ["1000", "1100", "1110", "1110"]),
  ]

  private func rows(_ mask: AttentionMask) -> [String] {
    (0..<mask.size).map { query in String((0..<mask.size).map { key in mask[query, key] ? "1" : "0" }) }
  }

  @Test("makes the lecture's matrices", arguments: lecture)
  func makesLectureMatrices(mode: MaskMode, expected: [String]) {
    #expect(rows(AttentionMask(mode, attentionMask: [true, true, true, false])) == expected)
  }

  @Test("padding on the left")
  func padsLeft() {
    let padded = [false, true, true]
    #expect(rows(AttentionMask(.keys, attentionMask: padded)) == ["011", "011", "011"])
    #expect(rows(AttentionMask(.full, attentionMask: padded)) == ["000", "011", "011"])
    #expect(rows(AttentionMask(.causal, attentionMask: padded)) == ["000", "010", "011"])
  }

  @Test("counts visible keys and can be edited")
  func countsVisibleKeys() {
    var mask = AttentionMask(.causal, attentionMask: [true, true, true])
    #expect((0..<3).map { mask.visibleKeys(query: $0) } == [1, 2, 3])
    mask[2, 0] = false
    #expect(mask.visibleKeys(query: 2) == 2)
    #expect(!mask[2, 0] && mask[2, 1])
  }

  @Test("of nothing is empty")
  func isEmpty() { #expect(AttentionMask(.keys, attentionMask: []).allowed.isEmpty) }
}

@Suite struct TokenizedInputTests {
  private let input = TokenizedInput(
    inputIDs: [7, 8], tokenTypeIDs: [0, 1], tokens: ["a", "b"], offsets: [0..<1, 2..<3],
    specialTokensMask: [false, true], sequenceIDs: [0, 1], attentionMask: [true, true], droppedTokens: 3)
  private let pad = SpecialToken(id: 99, content: "[PAD]")

  @Test("is padded on the right and on the left", arguments: PadSide.allCases)
  func isPadded(side: PadSide) {
    let padded = input.padded(to: 4, side: side, with: pad)
    let positions = side == .right ? [0, 1] : [2, 3]
    #expect(padded.count == 4 && padded.realCount == 2 && padded.realPositions == positions)
    #expect(positions.map { padded.inputIDs[$0] } == [7, 8])
    #expect(positions.map { padded.tokenTypeIDs[$0] } == [0, 1])
    #expect(padded.droppedTokens == 3)
    for position in 0..<4 where !positions.contains(position) {
      #expect(padded.inputIDs[position] == 99 && padded.tokens[position] == "[PAD]")
      #expect(padded.tokenTypeIDs[position] == 0 && !padded.attentionMask[position])
      #expect(padded.specialTokensMask[position] && padded.sequenceIDs[position] == nil)
      #expect(padded.offsets[position] == 0..<0)
    }
  }

  @Test("is left alone where it is long enough", arguments: [-1, 0, 1, 2])
  func isLeftAlone(length: Int) { #expect(input.padded(to: length, side: .right, with: pad) == input) }
}
