/// Turns a piece of text into tokens of its vocabulary.
enum TokenizerModel: Sendable {
  case wordPiece(WordPiece)
  case bpe(BPE)
  case unigram(Unigram)
  case wordLevel(WordLevel)
  case sentencePiece(SentencePieceEncoder)
  case bytes(ByteTokens)

  var vocabulary: Vocabulary {
    switch self {
    case .wordPiece(let model): model.vocabulary
    case .bpe(let model): model.vocabulary
    case .unigram(let model): model.vocabulary
    case .wordLevel(let model): model.vocabulary
    case .sentencePiece(let model): model.vocabulary
    case .bytes(let model): model.vocabulary
    }
  }

  /// The id of what the vocabulary has no piece for.
  var unknownID: Int32? {
    switch self {
    case .wordPiece(let model): model.unknownID
    case .bpe(let model): model.unknownID
    case .unigram(let model): model.unknownID
    case .wordLevel(let model): model.unknownID
    case .sentencePiece(let model): model.unknownID
    case .bytes: nil
    }
  }

  func tokenize(_ piece: UnsafeBufferPointer<UInt8>, into tokens: inout TokenSink) {
    switch self {
    case .wordPiece(let model): model.tokenize(piece, into: &tokens)
    case .bpe(let model): model.tokenize(piece, into: &tokens)
    case .unigram(let model): model.tokenize(piece, into: &tokens)
    case .wordLevel(let model): model.tokenize(piece, into: &tokens)
    case .sentencePiece(let model): model.tokenize(piece, into: &tokens)
    case .bytes(let model): model.tokenize(piece, into: &tokens)
    }
  }
}
