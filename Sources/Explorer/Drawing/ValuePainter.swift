import Activations
import Canvas

/// Turns numbers into colours and cells; nil is what the mask blocks.
protocol ValuePainter {
  var appearance: Appearance { get }
  func color(_ value: Float?) -> Color
  /// The background of a cell, and a text colour that can be read on it.
  func style(_ value: Float?) -> Style
  /// A whole cell of one value.
  func cell(_ value: Float?) -> Cell
}

extension HeatPainter: ValuePainter {}

/// Numbers on both sides of zero: one colour for what is less, another for what is more, as far as the scale reaches.
struct DivergingPainter: ValuePainter {
  let appearance: Appearance
  let scale: ColorScale
  /// The magnitude that both ends of the scale stand for.
  let top: Float

  init(appearance: Appearance, top: Float) {
    self.appearance = appearance
    scale = appearance.difference
    self.top = top > 0 && top.isFinite ? top : 1
  }

  /// From -1 to 1.
  func intensity(_ value: Float) -> Float { min(max(value / top, -1), 1) }

  func color(_ value: Float?) -> Color {
    guard let value else { return HeatPainter.blocked }
    return scale.color(at: (intensity(value) + 1) / 2)
  }

  func style(_ value: Float?) -> Style {
    guard appearance.hasHeatColors else { return glyphStyle(value) }
    guard let value else { return Style(foreground: HeatPainter.blockedText, background: HeatPainter.blocked) }
    let place = (intensity(value) + 1) / 2
    return Style(foreground: scale.contrasting(at: place), background: scale.color(at: place))
  }

  func glyphStyle(_ value: Float?) -> Style {
    guard let value else { return Style(attributes: .dim) }
    guard appearance.depth == .eight else { return .plain }
    // Two of the eight colours; the glyphs say the same without them.
    return Style(foreground: value < 0 ? Color(0x00CDCD) : Color(0xCDCD00))
  }

  /// A glyph for a number, where there are no heat colours: strokes below zero, crosses above it.
  func glyph(_ value: Float?) -> Unicode.Scalar {
    guard let value else { return appearance.glyphs == .unicode ? "╱" : "/" }
    let level = intensity(value)
    let steps: [Unicode.Scalar] = level < 0 ? [" ", ".", "-", "~", "="] : [" ", ".", "+", "*", "#"]
    guard !level.isNaN else { return "?" }
    return steps[min(Int((abs(level) * Float(steps.count - 1)).rounded()), steps.count - 1)]
  }

  func cell(_ value: Float?) -> Cell {
    appearance.hasHeatColors
      ? Cell(base: " ", style: style(value)) : Cell(base: glyph(value), style: style(value))
  }
}

extension Collection<Float> {
  /// The largest magnitude of finite numbers; 0 where there are none.
  var largestMagnitude: Float { reduce(0) { $1.isFinite ? Swift.max($0, abs($1)) : $0 } }
}

extension Tensor {
  /// The largest magnitude of finite numbers of a [row, column] tensor; 0 where there are none.
  var largestMagnitude: Float {
    var largest: Float = 0
    for i in 0..<shape[0] {
      for j in 0..<shape[1] { largest = max(largest, self[i, j].isFinite ? abs(self[i, j]) : 0) }
    }
    return largest
  }
}
