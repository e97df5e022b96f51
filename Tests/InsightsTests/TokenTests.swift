import Activations
import Testing

@testable import Insights

@Suite struct TokenTests {
  /// Tokens of one text, with offsets; special tokens have none.
  private func input(_ pieces: [(String, Range<Int>?)]) -> TokenizedInput {
    TokenizedInput(
      inputIDs: pieces.indices.map { Int32($0) }, tokenTypeIDs: pieces.map { _ in 0 }, tokens: pieces.map(\.0),
      offsets: pieces.map { $0.1 ?? 0..<0 }, specialTokensMask: pieces.map { $0.1 == nil },
      sequenceIDs: pieces.map { $0.1 == nil ? nil : 0 }, attentionMask: pieces.map { _ in true })
  }

  @Test("words of a WordPiece tokenizer")
  func wordPiece() {
    // "Don't unbelievable, 你好"
    let words = WordGroups(
      input([
        ("[CLS]", nil), ("don", 0..<3), ("'", 3..<4), ("t", 4..<5), ("un", 6..<8), ("##bel", 8..<11),
        ("##ievable", 11..<18), (",", 18..<19), ("你", 20..<21), ("好", 21..<22), ("[SEP]", nil), ("[PAD]", nil),
      ]))
    #expect(words.texts == ["[CLS]", "don", "'", "t", "unbelievable", ",", "你", "好", "[SEP]", "[PAD]"])
    #expect(words.ranges[4] == 4..<7)
    #expect(words.word(at: 6) == 4)
    #expect(words.word(at: 12) == nil)
  }

  @Test("words of byte-level and SentencePiece tokenizers, whether or not offsets hold the space")
  func spaceMarks() {
    // "Hello unbelievable é." with é cut into its two bytes
    let trimmed = WordGroups(
      input([
        ("<s>", nil), ("Hello", 0..<5), ("Ġun", 6..<8), ("believable", 8..<18), ("ĠÃ", 19..<20), ("©", 19..<20),
        (".", 20..<21), ("</s>", nil),
      ]))
    #expect(trimmed.ranges == [0..<1, 1..<2, 2..<4, 4..<6, 6..<7, 7..<8])
    #expect(trimmed.texts[2] == "unbelievable")
    let untrimmed = WordGroups(
      input([
        ("<s>", nil), ("▁Hello", 0..<5), ("▁un", 5..<8), ("believ", 8..<14), ("able", 14..<18), ("▁", 18..<19),
        ("é", 19..<20), (".", 20..<21), ("</s>", nil),
      ]))
    #expect(untrimmed.ranges == [0..<1, 1..<2, 2..<5, 5..<7, 7..<8, 8..<9])
    #expect(untrimmed.texts == ["<s>", "Hello", "unbelievable", "é", ".", "</s>"])
  }

  @Test("words do not run from one text into the other")
  func pairs() {
    var pair = input([("[CLS]", nil), ("a", 0..<1), ("b", 1..<2), ("[SEP]", nil)])
    pair.sequenceIDs = [nil, 0, 1, nil]
    #expect(WordGroups(pair).count == 4)
  }

  @Test("attention to words is summed, from words averaged, by hand")
  func aggregated() {
    let words = WordGroups(input([("[CLS]", nil), ("un", 0..<2), ("##do", 2..<4)]))
    let found = words.aggregated(Tensor(shape: [3, 3], [0.5, 0.25, 0.25, 0.2, 0.3, 0.5, 0.4, 0.4, 0.2]))
    #expect(found.shape == [2, 2])
    for (a, b) in zip(found.values(), [0.5, 0.5, 0.3, 0.7] as [Float]) { #expect(abs(a - b) < 1e-6) }
  }

  @Test("rows of attention between words sum to 1", arguments: Made.variety)
  func sums(made: Made) {
    var encoding = Encoding(made)
    var input = encoding.input
    // Every other token continues the one before.
    for position in stride(from: 2, to: input.count, by: 2) where input.sequenceIDs[position] != nil {
      input.tokens[position] = "##" + input.tokens[position]
      input.offsets[position] = input.offsets[position - 1].upperBound..<input.offsets[position].upperBound
    }
    encoding = Encoding(request: encoding.request, input: input, mask: encoding.mask, trace: encoding.trace)
    let words = WordGroups(input)
    #expect(words.ranges.flatMap { Array($0) } == Array(0..<input.count))
    #expect(words.count < input.count || made.words.count < 2)
    for layer in encoding.trace.layers {
      for head in 0..<made.heads {
        let before = layer.attentionProbabilities[slice: head]
        for (word, row) in words.aggregated(before).rows.enumerated() {
          let queries = words.ranges[word]
          let expected = queries.map { before.row($0).reduce(0, +) }.reduce(0, +) / Float(queries.count)
          #expect(abs(row.reduce(0, +) - Double(expected)) < 1e-5)
        }
      }
    }
  }

  @Test("roles of tokens")
  func roles() {
    var input = TokenizedInput(["cat", "[SEP]", "."], second: ["dogs", "!?"], pad: 2, side: .left)
    input.inputIDs[4] = 102
    let roles = TokenRoles(input)
    #expect(roles.first == 2 && roles.real == Array(2...9))
    // Also the separator that somebody typed.
    #expect((0..<10).filter { roles.isSeparator[$0] } == [4, 6, 9])
    #expect((0..<10).filter { roles.isPunctuation[$0] } == [5, 8])
    #expect((0..<10).filter { roles.isPad[$0] } == [0, 1])
    #expect(roles.segments == [nil, nil, 0, 0, 0, 0, 0, 1, 1, 1])
    #expect(roles.isPair && !TokenRoles(TokenizedInput(["cat"])).isPair)
  }

  @Test("the pair of a tokenizer with two separators in the middle")
  func robertaPair() {
    var input = input([
      ("<s>", nil), ("a", 0..<1), ("</s>", nil), ("</s>", nil), ("b", 0..<1), ("</s>", nil),
    ])
    input.sequenceIDs[4] = 1
    input.inputIDs = [0, 5, 2, 2, 6, 2]
    let roles = TokenRoles(input)
    #expect(roles.segments == [0, 0, 0, 0, 1, 1])
    #expect(roles.isSeparator == [false, false, true, true, false, true])
  }

  @Test(
    "punctuation, as each tokenizer writes it",
    arguments: [
      (".", true), ("...", true), ("##.", true), ("$", true), ("—", true), ("。", true), ("▁«", true), ("Ġ.", true),
      ("âĢĶ", true), ("cat", false), ("'s", false), ("☃", false), ("Ġ", false), ("▁", false), ("", false), ("##", true),
    ])
  func punctuation(token: String, expected: Bool) {
    // A token that begins with Ġ tells that the vocabulary is byte-level.
    let text = PieceText(tokens: token == "âĢĶ" ? [token, "Ġa"] : [token])
    #expect(text.isPunctuation(token) == expected)
  }
}
