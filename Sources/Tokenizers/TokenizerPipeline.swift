import Activations

/// The parts of a tokenizer, in the order in which a text passes through them.
struct TokenizerPipeline: Sendable {
  var added = AddedVocabulary()
  var normalizer: Normalizer?
  var preTokenizer: PreTokenizer?
  var model: TokenizerModel
  var postProcessor: PostProcessor?

  /// Whether a character of the vocabulary stands for a byte of the text.
  var isByteLevel: Bool { normalizer?.isByteLevel == true || preTokenizer?.isByteLevel == true }

  func token(_ id: Int32) -> String? { added.token(id) ?? model.vocabulary.token(id) }

  func id(of token: String) -> Int32? { added.id(of: token) ?? model.vocabulary.id(of: token) }

  /// Encodes one text or two.
  func encode(_ texts: [String], maximumLength: Int?) -> TokenizedInput {
    var encodings = texts.enumerated().map { encode($1, sequenceID: $0) }
    var dropped = 0
    if let maximumLength {
      let room = maximumLength - (postProcessor?.addedTokens(isPair: texts.count == 2) ?? 0)
      for (index, kept) in Truncation.lengths(encodings.map(\.count), maximum: room).enumerated() {
        dropped += max(0, encodings[index].count - kept)
        encodings[index].truncate(to: kept)
      }
    }
    var result = TokenizedText()
    for encoding in postProcessor?.process(encodings, vocabulary: model.vocabulary) ?? encodings {
      result.append(encoding)
    }
    return TokenizedInput(
      inputIDs: result.ids, tokenTypeIDs: result.typeIDs, tokens: result.ids.map { token($0) ?? "" },
      offsets: result.offsets, specialTokensMask: result.isSpecial, sequenceIDs: result.sequenceIDs,
      attentionMask: [Bool](repeating: true, count: result.count), droppedTokens: dropped,
      isByteLevel: isByteLevel)
  }

  /// The tokens of one text.
  private func encode(_ text: String, sequenceID: Int) -> TokenizedText {
    let original = Array(text.utf8)
    var pieces = PreTokenizedText(
      text: NormalizedText(original: original), pieces: original.isEmpty ? [] : [Piece(range: 0..<original.count)])
    added.splitOriginal(&pieces)
    if let normalizer { pieces.rewrite(normalizer.normalize) }
    added.splitNormalized(&pieces)
    preTokenizer?.apply(to: &pieces)
    var tokens = TokenSink(text: pieces.text, reserving: pieces.pieces.count)
    pieces.text.bytes.withUnsafeBufferPointer { bytes in
      for piece in pieces.pieces {
        tokens.begin(piece: piece.range)
        if let id = piece.addedToken {
          tokens.addAddedToken(id)
        } else {
          model.tokenize(UnsafeBufferPointer(rebasing: bytes[piece.range]), into: &tokens)
        }
      }
    }
    return TokenizedText(tokens: tokens, of: original, sequenceID: sequenceID)
  }
}
