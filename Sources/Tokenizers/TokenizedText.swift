/// The tokens of one text, or what a post-processor makes of them.
struct TokenizedText {
  var ids: [Int32] = []
  var typeIDs: [Int32] = []
  /// In code points of the text.
  var offsets: [Range<Int>] = []
  /// True for tokens that a post-processor added.
  var isSpecial: [Bool] = []
  /// Which text the tokens are of; nil for added special tokens.
  var sequenceIDs: [Int?] = []
  /// How many white-space characters stand at the start and the end of tokens whose text is not their vocabulary entry.
  var spaces: [Int: (leading: Int, trailing: Int)] = [:]

  var count: Int { ids.count }

  init() {}

  /// The tokens of text 0 or 1.
  init(tokens: TokenSink, of text: [UInt8], sequenceID: Int) {
    ids = tokens.ids
    offsets = codePoints(tokens.offsets, in: text)
    typeIDs = [Int32](repeating: Int32(sequenceID), count: ids.count)
    isSpecial = [Bool](repeating: false, count: ids.count)
    sequenceIDs = [Int?](repeating: sequenceID, count: ids.count)
    spaces = tokens.spaces
  }

  /// Tokens that a post-processor adds.
  init(special ids: [Int32], typeID: Int32) {
    self.ids = ids
    typeIDs = [Int32](repeating: typeID, count: ids.count)
    offsets = [Range<Int>](repeating: 0..<0, count: ids.count)
    isSpecial = [Bool](repeating: true, count: ids.count)
    sequenceIDs = [Int?](repeating: nil, count: ids.count)
  }

  mutating func setTypeID(_ typeID: Int32) { typeIDs = [Int32](repeating: typeID, count: count) }

  mutating func append(_ other: TokenizedText) {
    for (index, counts) in other.spaces { spaces[count + index] = counts }
    ids += other.ids
    typeIDs += other.typeIDs
    offsets += other.offsets
    isSpecial += other.isSpecial
    sequenceIDs += other.sequenceIDs
  }

  /// Keeps the first tokens only.
  mutating func truncate(to length: Int) {
    guard length < count else { return }
    let excess = count - length
    ids.removeLast(excess)
    typeIDs.removeLast(excess)
    offsets.removeLast(excess)
    isSpecial.removeLast(excess)
    sequenceIDs.removeLast(excess)
  }
}

/// Translates places from bytes to code points, as Hugging Face's `tokenizers` does: a place inside a character is that of the
/// character, and what starts at the very end of the text stays as it is.
private func codePoints(_ offsets: [Range<Int>], in text: [UInt8]) -> [Range<Int>] {
  text.withUnsafeBufferPointer { text in
    if text.endOfASCII(in: 0..<text.count) == text.count { return offsets }
    // Tokens are nearly in order: each place is found from the one before.
    var place = (byte: 0, codePoint: 0)
    func codePoint(of byte: Int) -> Int {
      while place.byte > byte {
        place.byte -= 1
        if text[place.byte] & 0xC0 != 0x80 { place.codePoint -= 1 }
      }
      while place.byte < text.count, place.byte + utf8Length(ofFirstByte: text[place.byte]) <= byte {
        place.byte += utf8Length(ofFirstByte: text[place.byte])
        place.codePoint += 1
      }
      return place.codePoint
    }
    return offsets.map { range in
      guard range.lowerBound < text.count else { return range }
      let start = codePoint(of: range.lowerBound)
      let end =
        range.upperBound < text.count
        ? codePoint(of: range.upperBound) : codePoint(of: min(range.upperBound, text.count + 1) - 1) + 1
      return start..<max(start, end)
    }
  }
}
