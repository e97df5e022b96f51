import Activations
import Testing

@Suite struct MaskEditTests {
  /// `[CLS] a b [SEP] c [SEP]`
  private let pair = TokenizedInput(
    inputIDs: [1, 10, 11, 2, 12, 2], tokenTypeIDs: [0, 0, 0, 0, 1, 1],
    tokens: ["[CLS]", "a", "b", "[SEP]", "c", "[SEP]"],
    offsets: Array(repeating: 0..<0, count: 6), specialTokensMask: [true, false, false, true, false, true],
    sequenceIDs: [nil, 0, 0, nil, 1, nil], attentionMask: Array(repeating: true, count: 6))
  private let pad = SpecialToken(id: 0, content: "[PAD]")

  /// The mask as rows of 0 and 1, the first query first.
  private func rows(_ mode: MaskMode, _ edits: [MaskEdit], _ input: TokenizedInput) -> [String] {
    let mask = AttentionMask(mode, edits: edits, for: input)
    return (0..<mask.size).map { query in
      (0..<mask.size).map { mask[query, $0] ? "1" : "0" }.joined()
    }
  }

  @Test func withoutEditsItIsTheModesMask() {
    let input = pair.padded(to: 8, side: .right, with: pad)
    for mode in MaskMode.allCases {
      #expect(AttentionMask(mode, edits: [], for: input) == AttentionMask(mode, attentionMask: input.attentionMask))
    }
  }

  @Test func aKeyIsBlockedForAllQueries() {
    #expect(rows(.keys, [.key(1, isAllowed: false)], pair) == Array(repeating: "101111", count: 6))
  }

  @Test func aCellIsOneQueryAndOneKey() {
    var expected = Array(repeating: "111111", count: 6)
    expected[4] = "110111"
    #expect(rows(.keys, [.cell(query: 4, key: 2, isAllowed: false)], pair) == expected)
  }

  @Test func aLaterEditOverridesAnEarlierOne() {
    let edits: [MaskEdit] = [.key(1, isAllowed: false), .cell(query: 0, key: 1, isAllowed: true)]
    #expect(rows(.keys, edits, pair) == ["111111"] + Array(repeating: "101111", count: 5))
    #expect(rows(.keys, edits.reversed(), pair) == Array(repeating: "101111", count: 6))
  }

  @Test func aBandTakesAwayAndGivesNothing() {
    let input = TokenizedInput(
      inputIDs: [1, 10, 2], tokenTypeIDs: [0, 0, 0], tokens: ["[CLS]", "a", "[SEP]"],
      offsets: Array(repeating: 0..<0, count: 3), specialTokensMask: [true, false, true], sequenceIDs: [nil, 0, nil],
      attentionMask: [true, true, true]
    ).padded(to: 4, side: .right, with: pad)
    #expect(rows(.keys, [.band(width: 1)], input) == ["1100", "1110", "0110", "0010"])
    #expect(rows(.none, [.diagonal], input) == ["1000", "0100", "0010", "0001"])
    #expect(rows(.full, [.diagonal], input) == ["1000", "0100", "0010", "0000"])
  }

  @Test func theFirstTextAloneLosesTheSecondWithItsSeparator() {
    #expect(rows(.keys, [.firstTextOnly], pair) == Array(repeating: "111100", count: 6))
  }

  @Test(arguments: [PadSide.right, .left])
  func anEditMeansTheSameTokenWithPaddingOnEitherSide(side: PadSide) {
    let input = pair.padded(to: 8, side: side, with: pad)
    let shift = side == .left ? 2 : 0
    let mask = AttentionMask(
      .keys, edits: [.cell(query: 1, key: 4, isAllowed: false), .key(6, isAllowed: true)], for: input)
    let firstPad = side == .left ? 0 : 6
    for query in 0..<8 {
      for key in 0..<8 {
        let isReal = key - shift >= 0 && key - shift < 6
        let expected = key == firstPad || isReal && !(query == 1 + shift && key == 4 + shift)
        #expect(mask[query, key] == expected, "query \(query), key \(key)")
      }
    }
  }

  @Test func anEditOfPadThatIsNotThereHasNoEffect() {
    let edits: [MaskEdit] = [.key(6, isAllowed: true), .cell(query: 7, key: 0, isAllowed: false)]
    #expect(AttentionMask(.keys, edits: edits, for: pair) == AttentionMask(.keys, attentionMask: pair.attentionMask))
  }

  @Test func placesAndPositionsBelongTogether() {
    for side in PadSide.allCases {
      let input = pair.padded(to: 9, side: side, with: pad)
      #expect(input.positionsByPlace.map { input.place(at: $0) } == Array(0..<9))
    }
    #expect(pair.place(at: 6) == nil && pair.place(at: -1) == nil)
  }

  @Test func anEncodingTellsWhichPairsWereEditedByHand() {
    let edits: [MaskEdit] = [.key(1, isAllowed: false), .cell(query: 0, key: 1, isAllowed: true)]
    let request = EncodeRequest(texts: ["a b"], pair: "c", maskEdits: edits)
    let encoding = Encoding(
      request: request, input: pair, mask: AttentionMask(.keys, edits: edits, for: pair),
      trace: AttentionTrace(layers: [], hiddenStates: []))
    #expect(encoding.pairsEditedByHand == 5)
    #expect(encoding.isEditedByHand(query: 2, key: 1) && !encoding.isEditedByHand(query: 0, key: 1))
  }

  @Test func anotherSentenceOfTheBatchHasNoneOfTheseEdits() {
    let ablation = Ablation(head: HeadIndex(layer: 0, head: 1), kind: .zeroOutput)
    let request = EncodeRequest(
      texts: ["a", "b"], maskEdits: [.diagonal], replacedTokens: [1], ablations: [ablation])
    #expect(request.forSentence(0) == request)
    #expect(request.forSentence(1) == EncodeRequest(texts: ["a", "b"], sentence: 1, ablations: [ablation]))
  }
}
