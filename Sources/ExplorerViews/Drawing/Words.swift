import Canvas
import Explorer

/// Words in the room that there is.
extension Words {
  /// The first of several wordings, from long to short, that fits a width; the last one is cut.
  static func fitting(_ wordings: [String], in width: Int, glyphs: GlyphSet) -> String {
    let fitting = wordings.first { displayWidth(of: $0, glyphs: glyphs) <= width }
    return fitting ?? cut(wordings.last ?? "", to: width, glyphs: glyphs)
  }

  /// Text broken into lines at its spaces; a word that is too long is cut.
  static func wrapped(_ text: String, to width: Int, glyphs: GlyphSet) -> [String] {
    var lines: [String] = []
    for word in visible(text, glyphs: glyphs).split(separator: " ") {
      if let last = lines.last,
        displayWidth(of: last, glyphs: glyphs) + 1 + displayWidth(of: String(word), glyphs: glyphs) <= width
      {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(cut(String(word), to: width, glyphs: glyphs))
      }
    }
    return lines
  }

  /// Text cut to a width in columns, with a sign where something is missing.
  static func cut(_ text: String, to width: Int, glyphs: GlyphSet) -> String {
    clipped(text, to: width, ellipsis: Signs(glyphs: glyphs).ellipsis, glyphs: glyphs)
  }
}
