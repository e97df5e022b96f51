import Activations
import Insights
import Testing

/// Pieces of words joined into words, against the definition; and byte-level tokens as the text they stand for.
struct JoinedWordsTests {
  private let input = TokenizedInput(
    inputIDs: [1, 2, 3, 4, 5, 6, 0], tokenTypeIDs: Array(repeating: 0, count: 7),
    tokens: ["[CLS]", "un", "##believ", "##able", "cat", "[SEP]", "[PAD]"],
    offsets: [0..<0, 0..<2, 2..<8, 8..<12, 13..<16, 0..<0, 0..<0],
    specialTokensMask: [true, false, false, false, false, true, true], sequenceIDs: [nil, 0, 0, 0, 0, nil, nil],
    attentionMask: [true, true, true, true, true, true, false])

  private var encoding: Encoding {
    let mask = AttentionMask(.keys, attentionMask: input.attentionMask)
    let probabilities = Tensor(shape: [2, 7, 7]) { buffer in
      for head in 0..<2 {
        for query in 0..<7 {
          let row = (0..<7).map { mask[query, $0] ? Float((query * 3 + $0 * 5 + head * 7) % 11 + 1) : 0 }
          let sum = row.reduce(0, +)
          for key in 0..<7 { buffer[(head * 7 + query) * 7 + key] = row[key] / sum }
        }
      }
    }
    let vectors = Tensor(shape: [2, 7, 2], (0..<28).map(Float.init))
    let layer = LayerTrace(
      queries: vectors, keys: vectors, values: vectors, attentionProbabilities: probabilities, contextLayer: vectors,
      mask: mask, scale: 0.5)
    return Encoding(
      request: EncodeRequest(texts: ["unbelievable cat"]), input: input, mask: mask,
      trace: AttentionTrace(layers: [layer], hiddenStates: [Tensor(shape: [7, 2], (0..<14).map(Float.init))]))
  }

  @Test func attentionToAWordIsSummedAndFromAWordAveraged() {
    let words = WordGroups(input)
    #expect(words.ranges == [0..<1, 1..<4, 4..<5, 5..<6, 6..<7])
    #expect(words.position(ofWord: 2) == 4 && words.index(at: 3) == 1 && words.index(at: 99) == 4)
    let (encoding, joined) = (encoding, encoding.joined(words))
    #expect(joined.input.tokens == ["[CLS]", "unbelievable", "cat", "[SEP]", "[PAD]"])
    #expect(joined.input.offsets[1] == 0..<12 && joined.input.realCount == 4)
    var largest: Float = 0
    for head in 0..<2 {
      let (before, after) = (
        encoding.trace.probabilities(HeadIndex(layer: 0, head: head)),
        joined.trace.probabilities(HeadIndex(layer: 0, head: head))
      )
      for (query, queries) in words.ranges.enumerated() {
        for (key, keys) in words.ranges.enumerated() {
          let sums = queries.map { row in keys.reduce(Float(0)) { $0 + before[row, $1] } }
          let expected = sums.reduce(0, +) / Float(sums.count)
          largest = max(largest, abs(expected - after[query, key]))
        }
        let sum = after.row(query).reduce(0, +)
        #expect(abs(sum - 1) < 1e-6, "a word's attention sums to 1")
      }
    }
    print("joined words differ from their definition by \(largest) at most")
    #expect(largest < 1e-6)
    #expect(joined.trace.hiddenStates[0].row(1) == [4, 5], "vectors are means over the pieces")
    #expect(!joined.mask[0, 4] && joined.mask[1, 2])
  }

  @Test(arguments: [
    (["<s>", "Se", "\u{C3}\u{A1}", "n", "</s>"], ["<s>", "Se", "á", "n", "</s>"]),
    (["\u{120}Se\u{C3}\u{A1}n"], ["\u{120}Seán"]),
    // 東 is three bytes in three tokens, 京 three in one.
    (["\u{E6}", "\u{13F}", "\u{B1}", "\u{E4}\u{BA}\u{AC}"], ["東\u{2081}", "東\u{2082}", "東\u{2083}", "京"]),
    (["\u{E6}\u{13F}", "x"], ["\u{FFFD}\u{FFFD}", "x"]),
    (["a b", "\u{10A}"], ["a b", "\n"]), (["[CLS]", "cat"], ["[CLS]", "cat"]),
  ]) func byteLevelTokensAreTheTextTheyStandFor(tokens: [String], expected: [String]) {
    var input = TokenizedInput(
      inputIDs: tokens.map { _ in 0 }, tokenTypeIDs: tokens.map { _ in 0 }, tokens: tokens,
      offsets: tokens.map { _ in 0..<0 }, specialTokensMask: tokens.map { _ in false },
      sequenceIDs: tokens.map { _ in 0 }, attentionMask: tokens.map { _ in true }, isByteLevel: true)
    #expect(input.names == expected)
    input.isByteLevel = false
    #expect(input.names == tokens)
  }
}
