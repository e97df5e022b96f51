/// Writes spaces as a visible character (▁) and splits before each of them.
struct Metaspace: Sendable {
  enum PrependScheme: String, Sendable {
    case always, first, never
  }

  /// The character, as UTF-8.
  var replacement: [UInt8]
  /// Which pieces get the character in front where they do not start with it.
  var prependScheme: PrependScheme
  var split: Bool

  func apply(to text: inout PreTokenizedText) {
    var startsText: [Bool] = []
    if prependScheme == .first {
      for piece in text.pieces where piece.addedToken == nil {
        startsText.append(text.text.origin(of: piece.range).lowerBound == 0)
      }
    }
    var number = 0
    text.rewritePieces { text, piece in
      let source = text.source
      defer { number += 1 }
      let startsWithReplacement = source[piece.lowerBound] == 0x20 || starts(source, at: piece.lowerBound)
      let isWanted =
        switch prependScheme {
        case .always: true
        case .first: startsText[number]
        case .never: false
        }
      if isWanted, !startsWithReplacement { text.prepend(replacement, before: piece.lowerBound) }
      var offset = text.offset
      while offset < piece.upperBound {
        if source[offset] == 0x20 {
          text.keep(upTo: offset)
          text.drop(upTo: offset + 1)
          text.insert(replacement)
        }
        offset += 1
      }
      text.keep(upTo: piece.upperBound)
    }
    if split {
      text.split { piece, parts in
        var start = 0
        var offset = 1
        while offset < piece.count {
          if starts(piece, at: offset) {
            parts.add(start..<offset)
            start = offset
          }
          offset += 1
        }
        parts.add(start..<piece.count)
      }
    }
  }

  @inline(__always)
  private func starts(_ text: UnsafeBufferPointer<UInt8>, at offset: Int) -> Bool {
    guard text[offset] == replacement[0], offset + replacement.count <= text.count else { return false }
    for index in replacement.indices where text[offset + index] != replacement[index] { return false }
    return true
  }
}
