/// Turns a piece of text into tokens of its vocabulary.
enum TokenizerModel: Sendable {
  case wordPiece(WordPiece)

  var vocabulary: Vocabulary {
    switch self {
    case .wordPiece(let model): model.vocabulary
    }
  }

  /// The id of what the vocabulary has no piece for.
  var unknownID: Int32? {
    switch self {
    case .wordPiece(let model): model.unknownID
    }
  }

  func tokenize(_ piece: UnsafeBufferPointer<UInt8>, into tokens: inout TokenSink) {
    switch self {
    case .wordPiece(let model): model.tokenize(piece, into: &tokens)
    }
  }
}
