import Activations
import TestSupport
import Testing

@testable import Survey

@Suite struct SentenceSyntaxTests {
  /// "The dogs barked": `dogs` has two pieces.
  static let sentence: CorpusSentence = {
    var sentence = CorpusSentence(identity: "s", text: "The dogs barked")
    sentence.words = [
      CorpusWord(0..<3, wordClass: "DET"), CorpusWord(4..<8, wordClass: "NOUN"), CorpusWord(9..<15, wordClass: "VERB"),
    ]
    sentence.relations = [
      WordRelation("det", from: 0..<3, to: 4..<8), WordRelation("nsubj", from: 4..<8, to: 9..<15),
    ]
    sentence.root = 2
    return sentence
  }()
  static let input = SyntaxFixtures.input([("the", 0..<3), ("dog", 4..<7), ("##s", 7..<8), ("barked", 9..<15)], pad: 1)

  /// [CLS] the dog ##s barked [SEP] [PAD]
  static let head: [[Float]] = [
    [1, 0, 0, 0, 0, 0, 0],
    // The: the two pieces of dogs have 0.4 together, barked has 0.3, and itself and the special tokens do not count.
    [0, 0.125, 0.25, 0.125, 0.25, 0.25, 0],
    // dogs: to The (0 + 0.5) / 2, to barked (0.5 + 0) / 2: a tie, which the first word wins.
    [0.25, 0, 0.25, 0, 0.5, 0, 0],
    [0, 0.5, 0, 0.5, 0, 0, 0],
    // barked: to dogs 0.25 + 0.5; to The 0.125.
    [0, 0.125, 0.25, 0.5, 0.125, 0, 0],
    [0, 0, 0, 0, 0, 1, 0],
    [0, 0, 0, 0, 0, 1, 0],
  ]

  @Test func pointsAsCountedByHand() throws {
    let syntax = try #require(SyntaxFixtures.syntax(Self.sentence, Self.input, layers: [[Self.head]]))
    #expect(syntax.pairs.map(\.name) == ["det", "nsubj"])
    #expect(syntax.pairs.map(\.offsets) == [[1], [1]])
    // The → dogs 0.375; dogs → The 0.25.
    #expect(syntax.predictions[0].map(\.word) == [1, 0])
    #expect(syntax.predictions[0].map(\.certainty) == [0.375, 0.25])
    // To The: from dogs (0 + 0.5) / 2, from barked 0.125; to dogs: from The 0.375, from barked 0.75.
    #expect(syntax.predictions[1].map(\.word) == [1, 2])
    #expect(syntax.predictions[1].map(\.certainty) == [0.25, 0.75])
    // The tree from barked: dogs ← barked 0.25, The ← dogs 0.375.
    #expect(syntax.tree?.edges == 2)
    #expect(syntax.tree?.hits == [2])
    // Over the six queries that are not PAD.
    #expect(syntax.shares.map(\.wordClass) == ["DET", "NOUN", "VERB"])
    let expected = [0.75, 1.875, 0.875].map { $0 / 6 }
    for (share, expected) in zip(syntax.shares, expected) { #expect(abs(share.values[0] - expected) < 1e-12) }
    #expect(syntax.leftOut.isEmpty)
  }

  /// Every layer and head is read, in their order.
  @Test func headsAreInOrder() throws {
    let even = [[Float]](repeating: [Float](repeating: 1.0 / 7, count: 7), count: 7)
    let syntax = try #require(
      SyntaxFixtures.syntax(Self.sentence, Self.input, layers: [[even, even], [even, Self.head]]))
    // Of equal words, the first: for The it is dogs, which has two pieces anyway; for dogs it is The.
    #expect(syntax.predictions[0].map(\.word) == [1, 0, 1, 0, 1, 0, 1, 0])
    #expect(syntax.predictions[1].map(\.word) == [1, 0, 1, 0, 1, 0, 1, 2])
    #expect(syntax.tree?.hits.count == 4)
  }

  /// A word without pieces has no attention, and its relations are left out; where the sentence was cut, it says so.
  @Test(arguments: [false, true]) func lostWords(isCut: Bool) throws {
    let input = SyntaxFixtures.input(
      [("the", 0..<3), ("dog", 4..<7), ("##s", 7..<8)], dropped: isCut ? 1 : 0)
    let row = [Float](repeating: 0.2, count: 5)
    let syntax = try #require(
      SyntaxFixtures.syntax(Self.sentence, input, layers: [[[[Float]](repeating: row, count: 5)]]))
    #expect(syntax.leftOut == [isCut ? .cutWord : .lostWord: 1, .lostRelation: 1])
    #expect(syntax.pairs.map(\.name) == ["det"])
    #expect(syntax.tree == nil)
  }

  /// Attention that is no number points nowhere, and does not trap.
  @Test func notANumber() throws {
    let row = [Float](repeating: .nan, count: 7)
    let syntax = try #require(
      SyntaxFixtures.syntax(Self.sentence, Self.input, layers: [[[[Float]](repeating: row, count: 7)]]))
    #expect(syntax.predictions.allSatisfy { $0.allSatisfy { $0.word == -1 } })
    var state = SyntaxState(shape: SurveyShape(layers: 1, heads: 1))
    state.add(syntax, of: SurveyedSentence(identity: "s", text: "", seed: 0))
    #expect(state.numbers.first?.figures.first?.mean == 0)
  }

  /// Marked pairs: words are those of the text, and several can point, or be right.
  @Test func markedPairs() throws {
    var sentence = CorpusSentence(identity: "s", text: "Ann's old dog: it barked")
    // "it" to "Ann's old dog", and back.
    sentence.relations = [
      WordRelation("pair:c", from: 15..<17, to: 0..<13), WordRelation("pair:c", from: 0..<13, to: 15..<17),
    ]
    let pieces = [
      ("ann", 0..<3), ("'", 3..<4), ("s", 4..<5), ("old", 6..<9), ("dog", 10..<13), (":", 13..<14), ("it", 15..<17),
      ("barked", 18..<24),
    ]
    #expect(SyntaxWords.words(of: sentence.text) == pieces.map(\.1))
    let input = SyntaxFixtures.input(pieces)
    var head = [[Float]](repeating: [Float](repeating: 0, count: 10), count: 10)
    head[7][5] = 0.5  // it → dog
    for from in [1, 4, 5] { head[from][8] = 0.25 }  // ann, old and dog → barked
    head[2][7] = 0.5  // ' → it
    let syntax = try #require(SyntaxFixtures.syntax(sentence, input, layers: [[head]]))
    #expect(syntax.pairs.map(\.offsets) == [[-6, -5, -4, -3, -2], [6]])
    #expect(syntax.predictions[0].map(\.word) == [4, 7])
    #expect(syntax.predictions[0].map(\.certainty) == [0.5, 0.15])
    #expect(syntax.predictions[1].map(\.word) == [1, 6])
    #expect(syntax.tree == nil)
    #expect(syntax.shares.isEmpty)
  }

  /// A token goes to the word that it shares most with, and one between the words to none.
  @Test func tokensAndWords() {
    let input = SyntaxFixtures.input([("a", 0..<3), ("b", 3..<4), ("c", 2..<9), ("d", 20..<21)])
    let words = SyntaxWords([0..<3, 4..<9, 10..<12], input)
    #expect(words.positions == [[1], [3], []])
    #expect(words.words == [3, 0, 3, 1, 3, 3])
    #expect(words.lost == (1, 0))
  }

  /// A sentence of which the corpus says nothing else has no syntax.
  @Test func nothingToSay() {
    let even = [[Float]](repeating: [Float](repeating: 1.0 / 7, count: 7), count: 7)
    #expect(SyntaxFixtures.syntax(CorpusSentence(identity: "s", text: "The"), Self.input, layers: [[even]]) == nil)
  }
}
