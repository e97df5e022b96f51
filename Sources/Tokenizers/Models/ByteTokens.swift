/// Every byte of a text is a token. Source: `ByT5Tokenizer` of Hugging Face's `transformers`.
struct ByteTokens: Sendable {
  /// A token a byte, named by the character of that number.
  let vocabulary: Vocabulary
  /// The id of byte 0.
  let first: Int32

  func tokenize(_ text: UnsafeBufferPointer<UInt8>, into tokens: inout TokenSink) {
    for (place, byte) in text.enumerated() { tokens.add(first + Int32(byte), place..<place + 1) }
  }
}
