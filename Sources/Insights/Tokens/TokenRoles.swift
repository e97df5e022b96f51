import Activations

/// Which positions of an input have a role that head statistics ask for.
public struct TokenRoles: Sendable, Equatable {
  /// How many positions there are, PAD included.
  public let count: Int
  /// The positions that are not PAD, in order.
  public let real: [Int]
  /// The first position that is not PAD, where `[CLS]` or `<s>` stands; nil where all is PAD.
  public let first: Int?
  /// True for `[SEP]`, `</s>`: special tokens other than the first, and tokens of the text that have the same id.
  public let isSeparator: [Bool]
  /// True for tokens of the text that consist of punctuation. (Clark et al. count "." and "," only.)
  public let isPunctuation: [Bool]
  /// True for PAD.
  public let isPad: [Bool]
  /// 0 for the first text and 1 for the second; a special token belongs to the text before it, the first one to the first
  /// text. Nil for PAD.
  public let segments: [Int?]

  /// Finds the roles of an input's positions.
  public init(_ input: TokenizedInput) {
    count = input.count
    real = input.realPositions
    first = real.first
    isPad = input.attentionMask.map { !$0 }
    let first = real.first
    let separators = Set(
      input.inputIDs.indices.filter { input.attentionMask[$0] && input.specialTokensMask[$0] && $0 != first }
        .map { input.inputIDs[$0] })
    isSeparator = input.inputIDs.indices.map {
      input.attentionMask[$0] && $0 != first && separators.contains(input.inputIDs[$0])
    }
    let text = PieceText(tokens: input.tokens, isByteLevel: input.isByteLevel)
    isPunctuation = input.tokens.indices.map {
      input.attentionMask[$0] && !input.specialTokensMask[$0] && text.isPunctuation(input.tokens[$0])
    }
    segments = input.segments
  }

  /// Whether there is a second text.
  public var isPair: Bool { segments.contains { $0 == 1 } }
}
