import Activations
import TestSupport

@testable import Survey

/// Sentences and attention that are made up.
enum SyntaxFixtures {
  /// Tokens with their places in the text, `[CLS]` and `[SEP]` around them, and PAD behind.
  static func input(_ pieces: [(String, Range<Int>)], pad: Int = 0, dropped: Int = 0) -> TokenizedInput {
    var input = Synthetic.input(pieces.map(\.0), pad: pad, dropped: dropped)
    for (place, piece) in pieces.enumerated() { input.offsets[place + 1] = piece.1 }
    for special in [0, pieces.count + 1] { input.sequenceIDs[special] = nil }
    return input
  }

  /// What heads of one layer make of a sentence.
  static func syntax(
    _ sentence: CorpusSentence, _ input: TokenizedInput, layers: [[[[Float]]]]
  ) -> SentenceSyntax? {
    let mask = AttentionMask(.keys, attentionMask: input.attentionMask)
    return SentenceSyntax(
      sentence, input, shape: SurveyShape(layers: layers.count, heads: layers[0].count)
    ) { layer in
      let heads = layers[layer]
      return (Tensor(shape: [heads.count, input.count, input.count], heads.flatMap { $0.flatMap(\.self) }), mask)
    }
  }

  /// A random sentence of a treebank, a word of which may have several pieces or none, and attention to it.
  static func random(
    _ identity: String, layers: Int, heads: Int, _ generator: inout SeededGenerator
  ) -> (sentence: CorpusSentence, input: TokenizedInput, attention: [[[[Float]]]]) {
    let count = Int.random(in: 2...9, using: &generator)
    var sentence = CorpusSentence(identity: identity, text: String(repeating: "abcd ", count: count))
    var pieces: [(String, Range<Int>)] = []
    for word in 0..<count {
      let range = (5 * word)..<(5 * word + 4)
      sentence.words.append(
        CorpusWord(range, wordClass: ["NOUN", "VERB", nil].randomElement(using: &generator) ?? nil))
      switch Int.random(in: 0..<8, using: &generator) {
      case 0: pieces += [("ab", range.prefix(2)), ("##c", range.dropFirst(2).prefix(1)), ("##d", range.suffix(1))]
      case 1: pieces += [("ab", range.prefix(2)), ("##cd", range.suffix(2))]
      case 2 where word > 0: break
      default: pieces.append(("abcd", range))
      }
    }
    // Each word's head comes before it in a random order, so that they make a tree.
    let order = Array(0..<count).shuffled(using: &generator)
    sentence.root = order[0]
    for place in 1..<count {
      let names = ["nsubj", "nsubj:pass", "obj", "det", "obl:über"]
      sentence.relations.append(
        WordRelation(
          names.randomElement(using: &generator) ?? "obj", from: sentence.words[order[place]].range,
          to: sentence.words[order[Int.random(in: 0..<place, using: &generator)]].range))
    }
    let input = input(pieces, pad: Int.random(in: 0...2, using: &generator))
    let attention = (0..<layers).map { _ in
      (0..<heads).map { _ in
        (0..<input.count).map { _ in
          let row = (0..<input.count).map { input.attentionMask[$0] ? generator.float(0...1) : 0 }
          let sum = row.reduce(0, +)
          return row.map { $0 / sum }
        }
      }
    }
    return (sentence, input, attention)
  }
}
