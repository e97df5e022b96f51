import Canvas

/// How a token of a vocabulary is written on the screen.
enum TokenText {
  /// Safe for a terminal; the space marks of byte-level and SentencePiece vocabularies become a light one.
  static func plain(_ token: String, glyphs: GlyphSet) -> String {
    let mark = glyphs == .unicode ? "␣" : "_"
    var result = ""
    for character in token {
      result += character == "Ġ" || character == "▁" ? mark : String(character)
    }
    return visible(result, glyphs: glyphs)
  }
}
