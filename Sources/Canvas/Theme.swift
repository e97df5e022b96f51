/// The colours of paper and ink, for pictures that must not depend on what colours a terminal has of its own: on a
/// projector, in a file.
public struct Theme: Sendable, Hashable {
  /// The name to choose it by.
  public let id: String
  public let foreground: Color
  public let background: Color
  /// Of text that matters less. It can be read all the same: 7 : 1 on the background.
  public let faint: Color

  public init(id: String, foreground: Color, background: Color, faint: Color) {
    self.id = id
    self.foreground = foreground
    self.background = background
    self.faint = faint
  }

  public static let dark = Theme(
    id: "dark", foreground: Color(0xF2_F2F4), background: Color(0x0B_0B0F), faint: Color(0xAC_ACB4))
  public static let light = Theme(
    id: "light", foreground: Color(0x0A_0A0C), background: Color(0xFF_FFFF), faint: Color(0x50_5058))

  public static let all = [dark, light]

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
}
