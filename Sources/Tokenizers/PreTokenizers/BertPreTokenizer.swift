/// Splits at white space, which is left out, and makes every punctuation mark a piece of its own.
enum BertPreTokenizer {
  static func split(_ piece: UnsafeBufferPointer<UInt8>, into parts: inout PreTokenizedText.Parts) {
    let classes = CharacterClasses.shared
    var start = 0
    var offset = 0
    while offset < piece.count {
      let (scalar, length) = piece.scalar(at: offset)
      let kinds = classes[scalar]
      if kinds.isDisjoint(with: [.whitespace, .punctuation]) {
        offset += length
        continue
      }
      parts.add(start..<offset)
      start = offset
      offset += length
      if !kinds.contains(.whitespace) { parts.add(start..<offset) }
      start = offset
    }
    parts.add(start..<offset)
  }
}
