/// Every piece is a token or unknown. Source: `WordLevel` of Hugging Face's `tokenizers`.
struct WordLevel: Sendable {
  let vocabulary: Vocabulary
  let unknownID: Int32

  func tokenize(_ word: UnsafeBufferPointer<UInt8>, into tokens: inout TokenSink) {
    tokens.add(vocabulary.id(of: word) ?? unknownID, 0..<word.count)
  }
}
