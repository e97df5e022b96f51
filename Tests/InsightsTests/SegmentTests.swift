import Activations
import TestSupport
import Testing

@testable import Insights

/// Sentences and paragraphs of a text, and attention between them.
struct SegmentTests {
  private static func parts(_ text: String, _ unit: SegmentUnit) -> [String] {
    let scalars = Array(text.unicodeScalars)
    let found = SentenceStarts(scalars)
    let starts = unit == .sentences ? found.sentences : found.paragraphs
    return starts.indices.map { index in
      let end = index + 1 < starts.count ? starts[index + 1] : scalars.count
      var part = String.UnicodeScalarView(scalars[starts[index]..<end])
      while part.last?.properties.isWhitespace == true { part.removeLast() }
      return String(part)
    }
  }

  @Test(arguments: [
    ("The cat ran. It slept.", ["The cat ran.", "It slept."]),
    ("Dr. Smith met Mrs. Jones at 3.15 p.m. on Jan. 5.", ["Dr. Smith met Mrs. Jones at 3.15 p.m. on Jan. 5."]),
    ("He lives in the U.S. He works.", ["He lives in the U.S. He works."]),
    ("J. R. R. Tolkien wrote. We read.", ["J. R. R. Tolkien wrote.", "We read."]),
    ("\"Stop!\" he cried. \"Why?\" she asked.", ["\"Stop!\" he cried.", "\"Why?\" she asked."]),
    ("He said “Go.” They went.", ["He said “Go.”", "They went."]),
    ("Really?! Yes… and no. (See Fig. 3.) End", ["Really?!", "Yes… and no.", "(See Fig. 3.)", "End"]),
    ("Wait... what? Oh... No.", ["Wait... what?", "Oh...", "No."]),
    ("1. The first. 2. The second.", ["1. The first.", "2. The second."]),
    ("猫が走った。それは寝た！「本当？」と言った。", ["猫が走った。", "それは寝た！", "「本当？」と言った。"]),
    ("「はい。」「いいえ。」", ["「はい。」", "「いいえ。」"]), ("The answer is no. He left.", ["The answer is no.", "He left."]),
    ("No. 5 lives. No. 6 does not.", ["No. 5 lives.", "No. 6 does not."]),
    ("A title\n\nThe text of\ntwo lines. More.", ["A title", "The text of\ntwo lines.", "More."]),
    ("one line\nanother line", ["one line", "another line"]),
    ("Use headscope.dev or e.g. Python etc. and go.", ["Use headscope.dev or e.g. Python etc. and go."]),
    ("In 1999. Then.", ["In 1999.", "Then."]), ("...", ["..."]), ("", []), (" \n ", []),
  ])
  func sentencesEndWhereTheyShould(text: String, expected: [String]) {
    #expect(Self.parts(text, .sentences) == expected)
  }

  @Test(arguments: [
    ("a\nb\n\nc", ["a\nb", "c"]), ("a\nb\r\nc", ["a", "b", "c"]), ("\n\n a \n \n b\n\n", ["a", "b"]), ("a", ["a"]),
    ("", []),
  ])
  func paragraphsEndWithAnEmptyLineOrWithALine(text: String, expected: [String]) {
    #expect(Self.parts(text, .paragraphs) == expected)
  }

  /// Every sentence begins in a paragraph's order with something to be seen, and every paragraph is the beginning of a sentence.
  @Test func sentencesLieInParagraphs() {
    var random = SeededGenerator(seed: 8)
    let pieces = ["cat", "A", ".", "!", "。", "\"", "(", ")", " ", "\n", "\n\n", "\r\n", "1", "Dr", "…", "\u{301}"]
    for _ in 0..<2000 {
      let text = (0..<Int.random(in: 0...30, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
        .joined()
      let scalars = Array(text.unicodeScalars)
      let found = SentenceStarts(scalars)
      #expect(found.sentences == found.sentences.sorted() && Set(found.sentences).count == found.sentences.count)
      #expect(Set(found.paragraphs).isSubset(of: found.sentences))
      #expect(found.sentences.allSatisfy { !scalars[$0].properties.isWhitespace })
      #expect(found.sentences.isEmpty == scalars.allSatisfy(\.properties.isWhitespace))
    }
  }

  private static func input(_ tokens: [(String, Range<Int>, Int?)], pad: Int = 0) -> TokenizedInput {
    TokenizedInput(
      inputIDs: tokens.indices.map { Int32($0) }, tokenTypeIDs: tokens.map { _ in 0 }, tokens: tokens.map(\.0),
      offsets: tokens.map(\.1), specialTokensMask: tokens.map { $0.2 == nil }, sequenceIDs: tokens.map(\.2),
      attentionMask: tokens.map { _ in true }
    ).padded(to: tokens.count + pad, side: .right, with: SpecialToken(id: 0, content: "[PAD]"))
  }

  @Test func tokensBelongToTheirSentence() {
    let text = "A cat. It ran"
    let input = Self.input(
      [
        ("[CLS]", 0..<0, nil), ("a", 0..<1, 0), ("cat", 2..<5, 0), (".", 5..<6, 0), ("Ġit", 6..<9, 0),
        ("ran", 10..<13, 0),
        ("[SEP]", 0..<0, nil), ("so", 0..<2, 1), ("[SEP]", 0..<0, nil),
      ], pad: 3)
    let groups = WordGroups(.sentences, of: input, texts: [text, "so"])
    #expect(groups.ranges == [0..<1, 1..<4, 4..<6, 6..<7, 7..<8, 8..<9, 9..<12])
    #expect(groups.texts == ["[CLS]", "A cat.", "It ran", "[SEP]", "so", "[SEP]", "PAD"])
    #expect(WordGroups(.paragraphs, of: input, texts: [text, "so"]).ranges.map(\.count) == [1, 5, 1, 1, 1, 3])
    // Where it is not known where they stand, their names say it.
    var unknown = input
    unknown.offsets = input.offsets.map { _ in 0..<0 }
    let named = WordGroups(.sentences, of: unknown, texts: ["?"])
    #expect(named.ranges.last == 9..<12 && named.ranges.first == 0..<1)
  }

  /// What goes to the tokens of a part is summed, what comes from them averaged, by the definition; and rows still sum to 1.
  @Test(arguments: [MaskMode.keys, .none, .full, .causal], [true, false]) func attentionIsPooledAsDefined(
    mode: MaskMode, isReadInParts: Bool
  ) throws {
    var random = SeededGenerator(seed: 3)
    let count = 37
    let attentionMask = (0..<count).map { $0 < 30 }
    let mask = AttentionMask(mode, attentionMask: attentionMask)
    var ranges: [Range<Int>] = []
    while (ranges.last?.upperBound ?? 0) < count {
      let start = ranges.last?.upperBound ?? 0
      ranges.append(start..<min(start + Int.random(in: 1...6, using: &random), count))
    }
    let groups = WordGroups(ranges: ranges, texts: ranges.map { "\($0)" })
    let all = Tensor(shape: [2, count, count]) { numbers in
      for head in 0..<2 {
        for query in 0..<count {
          let row = (0..<count).map { mask[query, $0] ? Float.random(in: 0...1, using: &random) : 0 }
          let sum = row.reduce(0, +)
          for key in 0..<count { numbers[(head * count + query) * count + key] = sum > 0 ? row[key] / sum : 0 }
        }
      }
    }
    let layer =
      isReadInParts
      ? LayerTrace(shape: [2, count, count], mask: mask) { heads in
        Tensor(shape: [heads.count, count, count], heads.flatMap { all[slice: $0].values() })
      } : LayerTrace(probabilities: all, mask: mask)
    let pooled = try #require(PooledAttention(1, of: layer, groups, isCancelled: { false }))
    for (a, queries) in ranges.enumerated() {
      var whole = 0.0
      for (b, keys) in ranges.enumerated() {
        var expected = 0.0
        for query in queries { for key in keys { expected += Double(all[1, query, key]) } }
        expected /= Double(queries.count)
        #expect(abs(Double(pooled.probabilities[a, b]) - expected) < 1e-6)
        #expect(pooled.mask[a, b] == queries.contains { query in keys.contains { mask[query, $0] } })
        whole += expected
      }
      let seen = queries.count { query in (0..<count).contains { mask[query, $0] } }
      #expect(abs(whole - Double(seen) / Double(queries.count)) < 1e-5)
    }
    #expect(PooledAttention(1, of: layer, groups, isCancelled: { true }) == nil)
  }
}
