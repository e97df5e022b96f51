import Activations
import Insights

/// The words of a sentence, and which tokens each of them has.
struct SyntaxWords {
  /// Where each word is, in code points, in order.
  let ranges: [Range<Int>]
  /// The positions of each word's tokens. A word may have none.
  let positions: [[Int]]
  /// Whether a word has tokens.
  let hasTokens: [Bool]
  /// The word of each position; as many as there are words where a token belongs to none: special tokens, PAD, what is
  /// between the words.
  let words: [Int]
  /// How many words the tokenizer left nothing of, and how many are behind the place at which the sentence was cut.
  let lost: (within: Int, cut: Int)

  /// How many words there are.
  var count: Int { ranges.count }

  /// The words of a treebank, or else those that the text has.
  init(_ sentence: CorpusSentence, _ input: TokenizedInput) {
    self.init(
      sentence.words.isEmpty ? Self.words(of: sentence.text) : sentence.words.map(\.range), input)
  }

  init(_ ranges: [Range<Int>], _ input: TokenizedInput) {
    var positions = [[Int]](repeating: [], count: ranges.count)
    var words = [Int](repeating: ranges.count, count: input.count)
    var end = 0
    for position in 0..<input.count where Self.isOfText(position, input) {
      let offsets = input.offsets[position]
      end = max(end, offsets.upperBound)
      guard let word = Self.word(with: offsets, of: ranges) else { continue }
      positions[word].append(position)
      words[position] = word
    }
    let isCut = input.droppedTokens > 0
    let missing = ranges.indices.filter { positions[$0].isEmpty }
    let cut = missing.count { isCut && ranges[$0].lowerBound >= end }
    lost = (missing.count - cut, cut)
    self.ranges = ranges
    self.positions = positions
    hasTokens = positions.map { !$0.isEmpty }
    self.words = words
  }

  private static func isOfText(_ position: Int, _ input: TokenizedInput) -> Bool {
    input.attentionMask[position] && !input.specialTokensMask[position] && input.sequenceIDs[position] != nil
  }

  /// The word that has most of a token, the first of several.
  private static func word(with offsets: Range<Int>, of ranges: [Range<Int>]) -> Int? {
    var (best, most) = (-1, 0)
    for word in overlapping(offsets, of: ranges) {
      let overlap = ranges[word].clamped(to: offsets).count
      if overlap > most { (best, most) = (word, overlap) }
    }
    return best >= 0 ? best : nil
  }

  /// The words that have a part of a place of the text.
  func overlapping(_ place: Range<Int>) -> Range<Int> { Self.overlapping(place, of: ranges) }

  /// Words are in order and do not overlap each other, so those that overlap a place are neighbours.
  private static func overlapping(_ place: Range<Int>, of ranges: [Range<Int>]) -> Range<Int> {
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound <= place.lowerBound { low = middle + 1 } else { high = middle }
    }
    let first = low
    while low < ranges.count, ranges[low].lowerBound < place.upperBound { low += 1 }
    return first..<low
  }

  /// The words of a text of which no treebank says what they are, in code points: runs of characters that are neither space nor
  /// punctuation, and each punctuation mark and each Chinese character, as BERT's tokenizer splits a text before it looks for
  /// pieces. They do not depend on the encoder, so that two encoders are asked the same.
  static func words(of text: String) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var isInRun = false
    for (place, scalar) in text.unicodeScalars.enumerated() {
      if scalar.properties.isWhitespace || scalar.properties.generalCategory == .control {
        isInRun = false
      } else if scalar.isPunctuation || scalar.isIdeograph {
        ranges.append(place..<(place + 1))
        isInRun = false
      } else if isInRun, let last = ranges.last {
        ranges[ranges.count - 1] = last.lowerBound..<(place + 1)
      } else {
        ranges.append(place..<(place + 1))
        isInRun = true
      }
    }
    return ranges
  }
}
