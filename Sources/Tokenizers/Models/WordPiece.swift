/// Splits a word into the longest pieces of the vocabulary, from left to right.
///
/// Source: `WordPiece` of Hugging Face's `tokenizers`; the algorithm is that of BERT's `WordpieceTokenizer`.
struct WordPiece: Sendable {
  let vocabulary: Vocabulary
  let unknownID: Int32
  /// What the vocabulary puts before pieces that do not start a word: "##".
  let continuingSubwordPrefix: [UInt8]
  /// A longer word is unknown as a whole.
  let maxInputCharsPerWord: Int

  func tokenize(_ word: UnsafeBufferPointer<UInt8>, into tokens: inout TokenSink) {
    if word.count > maxInputCharsPerWord, word.scalarCount > maxInputCharsPerWord {
      tokens.add(unknownID, 0..<word.count)
      return
    }
    let mark = tokens.count
    var start = 0
    while start < word.count {
      guard let (id, end) = longestPiece(of: word, from: start, scratch: &tokens.scratch) else {
        tokens.removeAll(after: mark)
        tokens.add(unknownID, 0..<word.count)
        return
      }
      tokens.add(id, start..<end)
      start = end
    }
  }

  private func longestPiece(
    of word: UnsafeBufferPointer<UInt8>, from start: Int, scratch: inout TokenSink.Scratch
  ) -> (id: Int32, end: Int)? {
    // Inside a word, the piece is looked up with the prefix before it.
    let prefixLength = start > 0 ? continuingSubwordPrefix.count : 0
    scratch.bytes.removeAll(keepingCapacity: true)
    if start > 0 { scratch.bytes.append(contentsOf: continuingSubwordPrefix) }
    let longest = min(word.count - start, max(0, vocabulary.longestToken - prefixLength))
    scratch.bytes.append(contentsOf: UnsafeBufferPointer(rebasing: word[start..<start + longest]))
    return scratch.bytes.withUnsafeBufferPointer { key in
      // One pass for the hashes of all beginnings.
      scratch.hashes.removeAll(keepingCapacity: true)
      var hash = TokenHash()
      for byte in key[..<prefixLength] { hash.append(byte) }
      for byte in key[prefixLength...] {
        hash.append(byte)
        scratch.hashes.append(hash)
      }
      var length = longest
      while length > 0 {
        let end = start + length
        // Only whole characters are pieces.
        if end == word.count || word[end] & 0xC0 != 0x80,
          let id = vocabulary.id(
            of: UnsafeBufferPointer(rebasing: key[..<(prefixLength + length)]), hash: scratch.hashes[length - 1])
        {
          return (id, end)
        }
        length -= 1
      }
      return nil
    }
  }
}
