/// What an encoder is given for one sentence (or one pair): ids, and everything that is known about each of them.
///
/// All arrays have one entry a position.
public struct TokenizedInput: Sendable, Equatable {
  /// The id of the vocabulary at each position.
  public var inputIDs: [Int32]
  /// What tokens are called where their texts are known (`spell`); empty where they are not. Untrusted text.
  package var namesInText: [String] = []
  /// 0 for the first text and its special tokens, 1 for the second; PAD has 0.
  public var tokenTypeIDs: [Int32]
  /// The vocabulary's entry of each id. Untrusted text.
  public var tokens: [String]
  /// Where each token stands in its text, in Unicode code points. Special tokens that were added have 0..<0.
  public var offsets: [Range<Int>]
  /// True for tokens that the post-processor added.
  public var specialTokensMask: [Bool]
  /// Which text a token comes from: 0 the first, 1 the second, nil for added special tokens and PAD.
  public var sequenceIDs: [Int?]
  /// False for PAD.
  public var attentionMask: [Bool]
  /// How many tokens were cut off because the text was longer than the maximum.
  public var droppedTokens: Int
  /// The tokens that `[MASK]` stands for where it was put by hand.
  public var replacedTokens: [ReplacedToken]

  /// Whether a character of a token stands for a byte of the text (GPT-2's writing).
  public var isByteLevel: Bool

  /// All arrays have one entry a position.
  public init(
    inputIDs: [Int32], tokenTypeIDs: [Int32], tokens: [String], offsets: [Range<Int>], specialTokensMask: [Bool],
    sequenceIDs: [Int?], attentionMask: [Bool], droppedTokens: Int = 0, replacedTokens: [ReplacedToken] = [],
    isByteLevel: Bool = false
  ) {
    self.inputIDs = inputIDs
    self.tokenTypeIDs = tokenTypeIDs
    self.tokens = tokens
    self.offsets = offsets
    self.specialTokensMask = specialTokensMask
    self.sequenceIDs = sequenceIDs
    self.attentionMask = attentionMask
    self.droppedTokens = droppedTokens
    self.replacedTokens = replacedTokens
    self.isByteLevel = isByteLevel
  }

  /// How many positions there are, PAD included.
  public var count: Int { inputIDs.count }

  /// How many positions are not PAD.
  public var realCount: Int { attentionMask.count(where: \.self) }

  /// The positions that are not PAD, in order.
  public var realPositions: [Int] { attentionMask.indices.filter { attentionMask[$0] } }

  /// The same input filled with PAD up to `length` positions. A length that is already reached changes nothing.
  public func padded(to length: Int, side: PadSide, with pad: SpecialToken) -> TokenizedInput {
    let missing = length - count
    guard missing > 0 else { return self }
    func filled<T>(_ values: [T], _ filler: T) -> [T] {
      let padding = [T](repeating: filler, count: missing)
      return side == .right ? values + padding : padding + values
    }
    return TokenizedInput(
      inputIDs: filled(inputIDs, pad.id), tokenTypeIDs: filled(tokenTypeIDs, 0), tokens: filled(tokens, pad.content),
      offsets: filled(offsets, 0..<0), specialTokensMask: filled(specialTokensMask, true),
      sequenceIDs: filled(sequenceIDs, nil), attentionMask: filled(attentionMask, false), droppedTokens: droppedTokens,
      replacedTokens: replacedTokens, isByteLevel: isByteLevel)
  }
}

/// A token that was replaced by another one.
public struct ReplacedToken: Sendable, Equatable {
  /// How many tokens that are not PAD come before it.
  public var place: Int
  /// The token that stood there.
  public var original: SpecialToken

  /// The token that stood at `place`, a place among the tokens that are not PAD.
  public init(place: Int, original: SpecialToken) {
    self.place = place
    self.original = original
  }
}

/// A token with a role: `[PAD]`, `[MASK]`, `[CLS]` ...
public struct SpecialToken: Sendable, Equatable {
  /// Its id in the vocabulary.
  public var id: Int32
  /// Its text in the vocabulary. Untrusted text.
  public var content: String

  /// A token of the vocabulary.
  public init(id: Int32, content: String) {
    self.id = id
    self.content = content
  }
}

/// Where PAD tokens are put.
public enum PadSide: String, Sendable, CaseIterable {
  case right, left
}
