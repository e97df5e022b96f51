import Activations

/// What the tokens of one input stand for, without the marks that tokenizers add.
///
/// Three ways of marking are known: WordPiece writes `##` before a piece that continues a word; SentencePiece writes `▁`
/// and byte-level BPE `Ġ` where a word begins after a space, and byte-level BPE has a letter for every byte besides.
struct PieceText {
  private let isByteLevel: Bool

  /// Where it is not known to be, a vocabulary is byte-level if a token begins with its space.
  init(tokens: [String], isByteLevel: Bool = false) {
    self.isByteLevel = isByteLevel || tokens.contains { $0.unicodeScalars.first == PieceText.byteLevelSpace }
  }

  private static let byteLevelSpace: Unicode.Scalar = "Ġ"
  private static let sentencePieceSpace: Unicode.Scalar = "▁"

  /// Whether a token says of itself that it goes on with a word.
  func continuesWord(_ token: String) -> Bool { token.utf8.count > 2 && token.utf8.starts(with: "##".utf8) }

  /// Whether a token says of itself that a space precedes it.
  func beginsAfterSpace(_ token: String) -> Bool {
    let first = token.unicodeScalars.first
    return first == PieceText.sentencePieceSpace || isByteLevel && first == PieceText.byteLevelSpace
  }

  /// The code points that a token stands for. A part of a character, in byte-level BPE, has none that mean anything.
  func scalars(_ token: String) -> [Unicode.Scalar] {
    var scalars = Array(token.unicodeScalars)
    if continuesWord(token) { scalars.removeFirst(2) } else if beginsAfterSpace(token) { scalars.removeFirst() }
    guard isByteLevel else { return scalars }
    let bytes = scalars.compactMap(ByteLevelText.byte)
    return bytes.count == scalars.count ? Array(String(decoding: bytes, as: UTF8.self).unicodeScalars) : scalars
  }

  /// True for tokens that consist of punctuation only.
  func isPunctuation(_ token: String) -> Bool {
    let scalars = scalars(token)
    return !scalars.isEmpty && scalars.allSatisfy(\.isPunctuation)
  }
}

extension Unicode.Scalar {
  /// What BERT's tokenizer splits words at: Unicode's punctuation, and every ASCII character that is no letter, digit,
  /// space or control.
  package var isPunctuation: Bool {
    switch value {
    case 33...47, 58...64, 91...96, 123...126: return true
    default: break
    }
    switch properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      return true
    default: return false
    }
  }

  /// Chinese characters, each of which tokenizers take for a word.
  package var isIdeograph: Bool { properties.isUnifiedIdeograph }
}
