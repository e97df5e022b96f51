import Activations

/// What tokens can be put together to.
public enum SegmentUnit: String, Sendable, CaseIterable, Hashable {
  case sentences, paragraphs
}

extension WordGroups {
  /// The sentences or paragraphs of an input, as `SentenceStarts` finds them in its texts. A token belongs to the one in which its first
  /// character is that is no white space; special tokens stand alone, PAD that stands together is one.
  ///
  /// - Parameter texts: the text, and the second one of a pair.
  package init(_ unit: SegmentUnit, of input: TokenizedInput, texts: [String]) {
    let written = (0..<2).map { index in
      WrittenTokens(input, sequence: index, text: texts.indices.contains(index) ? texts[index] : nil)
    }
    let starts = written.map { text -> [Int] in
      let found = SentenceStarts(text.scalars)
      return unit == .sentences ? found.sentences : found.paragraphs
    }
    var ranges: [Range<Int>] = []
    var last: Place?
    for position in 0..<input.count {
      let place = Place(position, of: input, written, starts)
      if let before = ranges.indices.last, place == last, place != .alone {
        ranges[before] = ranges[before].lowerBound..<position + 1
      } else {
        ranges.append(position..<position + 1)
      }
      last = place
    }
    self.init(
      ranges: ranges,
      texts: ranges.map { range in
        guard let sequence = input.sequence(at: range.lowerBound) else {
          return range.count > 1 ? "PAD" : input.names[range.lowerBound]
        }
        return written[sequence].text(of: range)
      })
  }

  /// What a token belongs to.
  private enum Place: Equatable {
    case alone, pad
    case segment(Int, ofText: Int)

    init(_ position: Int, of input: TokenizedInput, _ written: [WrittenTokens], _ starts: [[Int]]) {
      guard input.attentionMask[position] else {
        self = .pad
        return
      }
      guard let sequence = input.sequence(at: position) else {
        self = .alone
        return
      }
      let first = written[sequence].firstInk(of: position)
      // The last one that begins there or before.
      var (low, high) = (0, starts[sequence].count)
      while low < high {
        let middle = (low + high) / 2
        if starts[sequence][middle] <= first { low = middle + 1 } else { high = middle }
      }
      self = .segment(max(low - 1, 0), ofText: sequence)
    }
  }
}

extension TokenizedInput {
  /// Which text a token is of; nil for special tokens and PAD.
  fileprivate func sequence(at position: Int) -> Int? {
    guard attentionMask[position], !specialTokensMask[position], let sequence = sequenceIDs[position],
      (0..<2).contains(sequence)
    else { return nil }
    return sequence
  }
}

/// A text, and where its tokens stand in it. Where that is not known, the text that their names make.
private struct WrittenTokens {
  let scalars: [Unicode.Scalar]
  private var offsets: [Int: Range<Int>] = [:]

  init(_ input: TokenizedInput, sequence: Int, text: String?) {
    let positions = (0..<input.count).filter { input.sequence(at: $0) == sequence }
    let end = positions.reduce(0) { max($0, input.offsets[$1].upperBound) }
    let scalars = text.map { Array($0.unicodeScalars.prefix(end)) } ?? []
    if positions.allSatisfy({ input.offsets[$0].lowerBound >= 0 && !input.offsets[$0].isEmpty }), scalars.count == end {
      self.scalars = scalars
      for position in positions { offsets[position] = input.offsets[position] }
      return
    }
    var made: [Unicode.Scalar] = []
    let (names, pieces) = (input.names, PieceText(tokens: input.tokens, isByteLevel: input.isByteLevel))
    for position in positions {
      if !made.isEmpty, !pieces.continuesWord(names[position]) { made.append(" ") }
      let start = made.count
      made += pieces.scalars(names[position])
      offsets[position] = start..<made.count
    }
    self.scalars = made
  }

  /// Where the first character of a token is that is no white space; where it has none, its first.
  func firstInk(of position: Int) -> Int {
    guard let range = offsets[position] else { return 0 }
    return range.first { !scalars[$0].properties.isWhitespace } ?? range.lowerBound
  }

  /// What is written from the first to the last of some tokens, in one line.
  func text(of positions: Range<Int>) -> String {
    let known = positions.compactMap { offsets[$0] }
    guard let start = known.map(\.lowerBound).min(), let end = known.map(\.upperBound).max() else { return "" }
    var line = String.UnicodeScalarView()
    for scalar in scalars[start..<end] {
      if !scalar.properties.isWhitespace {
        line.append(scalar)
      } else if let last = line.last, last != " " {
        line.append(" ")
      }
      if line.count > WrittenTokens.longest { break }
    }
    while line.last == " " { line.removeLast() }
    return String(line)
  }

  /// As much of a text as is ever shown of its name.
  private static let longest = 200
}
