import UserInput

/// The colours of paper and ink, for pictures that must not depend on what colours a terminal has of its own: on a
/// projector, in a file.
public struct Theme: Sendable, Hashable {
  /// The name to choose it by.
  public let id: String
  /// The colour of text that has the terminal's own foreground.
  public let foreground: Color
  /// The colour behind text that has the terminal's own background.
  public let background: Color
  /// Of text that matters less. It can be read all the same: 7 : 1 on the background.
  public let faint: Color

  /// A theme with given colours. The caller has to make sure that they are far enough apart.
  public init(id: String, foreground: Color, background: Color, faint: Color) {
    self.id = id
    self.foreground = foreground
    self.background = background
    self.faint = faint
  }

  /// Light text on a nearly black background.
  public static let dark = Theme(
    id: "dark", foreground: Color(0xF2_F2F4), background: Color(0x0B_0B0F), faint: Color(0xAC_ACB4))
  /// Nearly black text on white.
  public static let light = Theme(
    id: "light", foreground: Color(0x0A_0A0C), background: Color(0xFF_FFFF), faint: Color(0x50_5058))

  /// All themes, in the order in which the presenter's key goes through them.
  public static let all = [dark, light]

  /// How far text stands out from what is behind it: WCAG's highest level, for projectors and the last row of a class.
  public static let contrast = 7.0

  /// A style with nothing in it that only a terminal knows: its own colours, dim, reverse.
  public func painted(_ style: Style) -> Style {
    var ink = style.foreground.isStandard ? foreground : style.foreground
    var paper = style.background.isStandard ? background : style.background
    if style.attributes.contains(.dim) {
      let isPlain = style.foreground.isStandard && style.background.isStandard
      ink = isPlain ? faint : ink.mixed(with: paper, share: 0.4)
    }
    if style.attributes.contains(.reverse) { (ink, paper) = (paper, ink) }
    return Style(
      foreground: ink, background: paper, attributes: style.attributes.intersection([.bold, .underline]))
  }
}

extension Canvas {
  /// The same picture in the colours of a theme. Painting it once more changes nothing.
  public func painted(_ theme: Theme) -> Canvas {
    var result = self
    result.restyle(Rect(size)) { $0 = theme.painted($0) }
    return result
  }
  /// The same picture with all text as far from its background as is asked for, up to 21: where neither black nor white is,
  /// the background right behind the text gives way. For canvases that are painted.
  public func readable(contrast wanted: Double) -> Canvas {
    var result = self
    var known: [Style: Style] = [:]
    for row in 0..<size.rows {
      for column in 0..<size.columns {
        let cell = self[column, row]
        let isText = cell.base > 0x20 && !cell.isGraphic || cell.isContinuation
        guard isText else { continue }
        let style = known[cell.style] ?? cell.style.readable(contrast: wanted)
        known[cell.style] = style
        guard style != cell.style else { continue }
        result.restyle(Rect(column: column, row: row, columns: 1, rows: 1)) { $0 = style }
      }
    }
    return result
  }
}

extension Style {
  fileprivate func readable(contrast wanted: Double) -> Style {
    guard foreground.contrast(with: background) < wanted else { return self }
    var style = self
    style.foreground = background.contrasting
    var share: Float = 0
    while style.foreground.contrast(with: style.background) < wanted, share < 1 {
      share += 1 / 32
      style.background = background.mixed(with: style.foreground.contrasting, share: share)
    }
    return style
  }
}
