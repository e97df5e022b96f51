/// GPT-2's way to write bytes as printable characters, and to split a text into words.
///
/// Source: `ByteLevel` of Hugging Face's `tokenizers`, after `encoder.py` of openai/gpt-2.
struct ByteLevel: Sendable {
  var addPrefixSpace = true
  var useRegex = true

  func apply(to text: inout PreTokenizedText) {
    if addPrefixSpace {
      text.rewritePieces { text, piece in
        if text.source[piece.lowerBound] != 0x20 { text.prepend([0x20], before: piece.lowerBound) }
        text.keep(upTo: piece.upperBound)
      }
    }
    if useRegex { text.split(GPT2Words.split) }
    text.rewritePieces { text, piece in Self.writeBytes(of: piece, &text) }
  }

  /// Puts a character for every byte of the next part of the source.
  static func writeBytes(of range: Range<Int>, _ text: inout Transformation) {
    let source = text.source
    var offset = range.lowerBound
    while offset < range.upperBound {
      let byte = source[offset]
      if byte &- 0x21 < 0x5E {
        // Printable ASCII stands for itself.
        offset += 1
        continue
      }
      text.keep(upTo: offset)
      let length = utf8Length(ofFirstByte: byte)
      let alignment = text.take(change: 0)
      for index in offset..<offset + length { text.put(character(of: source[index]), alignment) }
      offset += length
    }
    text.keep(upTo: range.upperBound)
  }

  /// The character that stands for a byte: itself if it is printable in Latin-1, else the next one from U+0100 on.
  static func character(of byte: UInt8) -> UInt32 {
    let code = UInt32(byte)
    return switch byte {
    case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: code
    case 0x00...0x20: 0x100 + code
    case 0x7F...0xA0: 0x121 + code - 0x7F
    default: 0x143
    }
  }
}

/// The words of GPT-2: `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`, which match every text
/// from end to end.
enum GPT2Words {
  static func split(_ text: UnsafeBufferPointer<UInt8>, into parts: inout PreTokenizedText.Parts) {
    var start = 0
    while start < text.count {
      let end = endOfWord(in: text, from: start)
      parts.add(start..<end)
      start = end
    }
  }

  private enum Kind {
    case letter, number, space, other
  }

  @inline(__always)
  private static func kind(of scalar: UInt32, _ classes: CharacterClasses) -> Kind {
    let kinds = classes[scalar]
    if kinds.contains(.letter) { return .letter }
    if kinds.contains(.number) { return .number }
    return kinds.contains(.whitespace) ? .space : .other
  }

  private static func endOfWord(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    let classes = CharacterClasses.shared
    if text[start] == UInt8(ascii: "'"), let end = endOfContraction(in: text, from: start) { return end }
    var offset = start
    var (scalar, length) = text.scalar(at: offset)
    var kind = kind(of: scalar, classes)
    if scalar == 0x20, start + 1 < text.count {
      // A space belongs to the word after it.
      let (next, nextLength) = text.scalar(at: start + 1)
      let nextKind = self.kind(of: next, classes)
      if nextKind != .space { (offset, length, kind) = (start + 1, nextLength, nextKind) }
    }
    let wordKind = kind
    var last = offset
    while kind == wordKind {
      last = offset
      offset += length
      guard offset < text.count else { return offset }
      (scalar, length) = text.scalar(at: offset)
      kind = self.kind(of: scalar, classes)
    }
    // White space before a word leaves its last character to the word, unless that is all there is.
    return wordKind == .space && last > start ? last : offset
  }

  private static func endOfContraction(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    func byte(_ distance: Int) -> UInt8 { start + distance < text.count ? text[start + distance] : 0 }
    switch (byte(1), byte(2)) {
    case (UInt8(ascii: "s"), _), (UInt8(ascii: "t"), _), (UInt8(ascii: "m"), _), (UInt8(ascii: "d"), _):
      return start + 2
    case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
      (UInt8(ascii: "l"), UInt8(ascii: "l")):
      return start + 3
    default: return nil
    }
  }
}
