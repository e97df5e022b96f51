import Canvas
import Explorer

/// Light where a query may attend, dark where it may not, and between where one dot stands for several pairs.
struct MaskPainter: ValuePainter {
  let appearance: Appearance
  /// A mask holds no other numbers.
  var missing: Color { HeatPainter.blocked }

  private static let allowed = Color(0xDCE9F5)

  func color(_ value: Float?) -> Color { HeatPainter.blocked.mixed(with: MaskPainter.allowed, share: value ?? 0) }

  func style(_ value: Float?) -> Style {
    let share = value ?? 0
    guard appearance.hasHeatColors else { return Style(attributes: share > 0 ? [] : .dim) }
    let color = color(share)
    return Style(foreground: share > 0 ? color.contrasting : HeatPainter.blockedText, background: color)
  }

  func cell(_ value: Float?) -> Cell {
    guard !appearance.hasHeatColors else { return Cell(base: " ", style: style(value)) }
    let isUnicode = appearance.glyphs == .unicode
    let base: Unicode.Scalar =
      switch value ?? 0 {
      case ...0: isUnicode ? "╱" : "/"
      case 1...: " "
      default: isUnicode ? "░" : "."
      }
    return Cell(base: base, style: style(value))
  }
}
