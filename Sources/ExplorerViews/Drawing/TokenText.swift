import Canvas
import Explorer

/// How a token of a vocabulary is written on the screen.
enum TokenText {
  /// Safe for a terminal; the space marks of byte-level and SentencePiece vocabularies become a light one.
  static func plain(_ token: String, glyphs: GlyphSet) -> String {
    let mark: Unicode.Scalar = glyphs == .unicode ? "␣" : "_"
    // By scalars: a mark may have a combining character behind it, and a G with a dot above it, as two scalars, is none.
    var result = String.UnicodeScalarView()
    for scalar in token.unicodeScalars { result.append(scalar == "\u{120}" || scalar == "\u{2581}" ? mark : scalar) }
    return visible(String(result), glyphs: glyphs)
  }
}
