import Activations

/// The parts of a tokenizer, in the order in which a text passes through them.
struct TokenizerPipeline: Sendable {
  var added = AddedVocabulary()
  /// Rewrites the whole text before added tokens are looked for.
  var opening: Normalizer?
  var normalizer: Normalizer?
  var preTokenizer: PreTokenizer?
  var model: TokenizerModel
  var postProcessor: PostProcessor?
  /// A language code (`>>fr<<`) at the start of a text is a token.
  var readsLanguageCodes = false

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
    if let opening { pieces.rewrite(opening.normalize) }
    added.splitOriginal(&pieces)
    if readsLanguageCodes { pieces.split(splitLanguageCode) }
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

  private func splitLanguageCode(_ piece: UnsafeBufferPointer<UInt8>, _ parts: inout PreTokenizedText.Parts) {
    let marks: [UInt8] = Array("<<".utf8)
    guard piece.starts(with: Array(">>".utf8)),
      let start = piece.indices.dropLast().first(where: { piece[$0] == marks[0] && piece[$0 + 1] == marks[1] })
    else { return parts.add(0..<piece.count) }
    let id = model.vocabulary.id(of: UnsafeBufferPointer(rebasing: piece[..<(start + 2)])) ?? model.unknownID
    parts.add(0..<start + 2, addedToken: id)
    parts.add(start + 2..<piece.count)
  }
}
