import Canvas

/// A canvas as text with the escape sequences of colours, for `cat` in a terminal.
public enum ANSIPicture {
  /// Lines without the blanks at their ends, each leaving the terminal in its own colours.
  public static func text(_ canvas: Canvas, depth: ColorDepth) -> String {
    var pen = ANSIPen(depth: depth)
    var result = ""
    for row in 0..<canvas.size.rows {
      var end = canvas.size.columns
      while end > 0, canvas[end - 1, row] == .blank { end -= 1 }
      pen.draw(canvas, row: row, columns: 0..<end, into: &result)
      pen.reset(into: &result)
      result += "\n"
    }
    return result
  }
}

/// Plain text: the characters, and nothing of their looks.
public enum TextPicture {
  /// The rows without the blanks at their ends, each followed by a line feed.
  public static func text(_ canvas: Canvas) -> String { canvas.text + "\n" }
}

/// Writes cells for a terminal, with as few changes of style as it takes.
struct ANSIPen {
  private var mapping: PaletteMapping
  /// What the terminal draws with.
  private var colors = ANSIPen.plain
  private var attributes: Style.Attributes = []

  private static let plain = PaletteColors(foreground: -1, background: -1)

  init(depth: ColorDepth) { mapping = PaletteMapping(depth: depth) }

  /// A part of a row, which may begin and end with neither half of a wide character alone.
  mutating func draw(_ canvas: Canvas, row: Int, columns: Range<Int>, into text: inout String) {
    for column in columns {
      let cell = canvas[column, row]
      guard !cell.isContinuation else { continue }
      let isText = !cell.isBlank && !cell.isGraphic
      take(cell.style, isText: isText, into: &text)
      text += cell.characters
    }
  }

  /// Back to the terminal's own colours.
  mutating func reset(into text: inout String) {
    guard colors != Self.plain || !attributes.isEmpty else { return }
    text += "\u{1B}[0m"
    (colors, attributes) = (Self.plain, [])
  }

  private mutating func take(_ style: Style, isText: Bool, into text: inout String) {
    let wanted = mapping.depth == .none ? Self.plain : mapping.colors(for: style, isText: isText)
    guard wanted != colors || style.attributes != attributes else { return }
    var codes: [String] = []
    if style.attributes != attributes {
      // There is no way to take a single one back that every terminal knows.
      if !attributes.isSubset(of: style.attributes) {
        codes.append("0")
        (colors, attributes) = (Self.plain, [])
      }
      let new = style.attributes.subtracting(attributes)
      for (attribute, code) in Self.codes where new.contains(attribute) { codes.append(code) }
      attributes = style.attributes
    }
    if wanted.foreground != colors.foreground { codes.append(code(wanted.foreground, base: 30)) }
    if wanted.background != colors.background { codes.append(code(wanted.background, base: 40)) }
    colors = wanted
    text += "\u{1B}[\(codes.joined(separator: ";"))m"
  }

  private static let codes: [(Style.Attributes, String)] = [
    (.bold, "1"), (.dim, "2"), (.underline, "4"), (.reverse, "7"),
  ]

  /// - Parameter base: 30 for the foreground, 40 for the background.
  private func code(_ color: Int32, base: Int) -> String {
    guard color >= 0 else { return "\(base + 9)" }
    switch mapping.depth {
    case .truecolor: return "\(base + 8);2;\(color >> 16 & 0xFF);\(color >> 8 & 0xFF);\(color & 0xFF)"
    case .indexed256: return "\(base + 8);5;\(color)"
    case .eight, .none: return "\(base + Int(color))"
    }
  }
}
