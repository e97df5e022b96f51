import Activations

/// Which tokens make up a word, and attention between words instead of tokens.
///
/// A token continues a word where it comes from the same text as the token before it, begins where that one ends (or
/// within it: byte-level tokens can be parts of one character), and neither its mark nor the characters on both sides say
/// otherwise: a space mark, punctuation and Chinese characters end words, as in BERT's tokenizer. Special tokens and PAD
/// stand alone.
public struct WordGroups: Sendable, Equatable {
  /// The positions of each word's tokens, in order; together all positions.
  public let ranges: [Range<Int>]
  /// Which word each position is in.
  private let words: [Int]
  /// Each word as its pieces spell it, without marks. Untrusted text.
  public let texts: [String]

  /// Finds the words of an input.
  public init(_ input: TokenizedInput) {
    let text = PieceText(tokens: input.tokens, isByteLevel: input.isByteLevel)
    var ranges: [Range<Int>] = []
    for position in 0..<input.count {
      if let last = ranges.indices.last, position > 0, WordGroups.continuesWord(position, of: input, text) {
        ranges[last] = ranges[last].lowerBound..<position + 1
      } else {
        ranges.append(position..<position + 1)
      }
    }
    self.ranges = ranges
    words = ranges.enumerated().flatMap { index, range in range.map { _ in index } }
    texts = ranges.map { range in
      guard input.sequenceIDs[range.lowerBound] != nil else { return input.tokens[range.lowerBound] }
      return range.map { position in
        String(String.UnicodeScalarView(text.scalars(input.tokens[position])))
      }.joined()
    }
  }

  /// Groups from where each lies, which together are all positions in order, and what each stands for.
  package init(ranges: [Range<Int>], texts: [String]) {
    self.ranges = ranges
    self.texts = texts
    words = ranges.enumerated().flatMap { index, range in range.map { _ in index } }
  }

  private static func continuesWord(_ position: Int, of input: TokenizedInput, _ text: PieceText) -> Bool {
    let previous = position - 1
    guard let sequence = input.sequenceIDs[position], input.sequenceIDs[previous] == sequence else { return false }
    let (offsets, offsetsBefore) = (input.offsets[position], input.offsets[previous])
    guard offsets.lowerBound <= offsetsBefore.upperBound, offsets.lowerBound >= offsetsBefore.lowerBound else {
      return false
    }
    let (token, tokenBefore) = (input.tokens[position], input.tokens[previous])
    if text.continuesWord(token) { return true }
    if text.beginsAfterSpace(token) { return false }
    guard let last = text.scalars(tokenBefore).last, let first = text.scalars(token).first else { return true }
    return ![last, first].contains { $0.isPunctuation || $0.isIdeograph }
  }

  /// How many words there are, special tokens and PAD included.
  public var count: Int { ranges.count }

  /// The word that the token at a position belongs to.
  public func word(at position: Int) -> Int? { words.indices.contains(position) ? words[position] : nil }

  /// The same, for positions behind all others the last word.
  public func index(at position: Int) -> Int { word(at: max(position, 0)) ?? max(count - 1, 0) }

  /// Where a word begins: the position of its first token; for words behind all others, as many positions behind the last.
  public func position(ofWord index: Int) -> Int {
    ranges.indices.contains(index) ? ranges[index].lowerBound : max(words.count + index - count, 0)
  }

  /// Attention between words, [word, word], from attention between tokens, [query, key] (Clark et al. 2019): what goes to
  /// the tokens of a word is summed, what comes from them is averaged. Rows that sum to 1 still do.
  public func aggregated(_ probabilities: Tensor) -> Tensor {
    let positions = ranges.last?.upperBound ?? 0
    precondition(probabilities.shape == [positions, positions], "as many queries and keys as tokens")
    let rows = probabilities.withPackedRows
    return Tensor(shape: [count, count]) { result in
      result.update(repeating: 0)
      withExtendedLifetime(rows) {
        for (from, queries) in ranges.enumerated() {
          for query in queries {
            let row = rows.pointer(row: query)
            for (to, keys) in ranges.enumerated() {
              var sum: Float = 0
              for key in keys { sum += row[key] }
              result[from * count + to] += sum / Float(queries.count)
            }
          }
        }
      }
    }
  }
}
