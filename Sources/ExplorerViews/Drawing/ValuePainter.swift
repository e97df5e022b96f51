import Activations
import Canvas
import Explorer
import Support

/// Turns numbers into colours and cells; nil is what the mask blocks.
protocol ValuePainter {
  var appearance: Appearance { get }
  /// The colour of numbers that have no place in the scale: in none of it.
  var missing: Color { get }
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

  var missing: Color { scale.missing }

  /// From -1 to 1; nil for what is not finite.
  func intensity(_ value: Float) -> Float? { value.isFinite ? min(max(value / top, -1), 1) : nil }

  func color(_ value: Float?) -> Color {
    guard let value else { return HeatPainter.blocked }
    return intensity(value).map { scale.color(at: ($0 + 1) / 2) } ?? missing
  }

  func style(_ value: Float?) -> Style {
    guard appearance.hasHeatColors else { return glyphStyle(value) }
    guard let value else { return Style(foreground: HeatPainter.blockedText, background: HeatPainter.blocked) }
    guard let level = intensity(value) else { return oddStyle }
    let place = (level + 1) / 2
    return Style(foreground: scale.contrasting(at: place), background: scale.color(at: place))
  }

  func glyphStyle(_ value: Float?) -> Style {
    guard let value else { return Style(attributes: .dim) }
    guard value.isFinite else { return oddStyle }
    guard appearance.depth == .eight else { return .plain }
    // Two of the eight colours; the glyphs say the same without them.
    return Style(foreground: value < 0 ? Color(0x00CDCD) : Color(0xCDCD00))
  }

  /// A glyph for a number, where there are no heat colours: strokes below zero, crosses above it.
  func glyph(_ value: Float?) -> Unicode.Scalar {
    guard let value else { return appearance.glyphs == .unicode ? "╱" : "/" }
    let level = intensity(value) ?? 0
    let steps: [Unicode.Scalar] = level < 0 ? [" ", ".", "-", "~", "="] : [" ", ".", "+", "*", "#"]
    let place = Int(saturating: abs(level) * Float(steps.count - 1), rule: .toNearestOrAwayFromZero) ?? 0
    return OddValue(value)?.sign(appearance.glyphs) ?? steps[min(place, steps.count - 1)]
  }

  func cell(_ value: Float?) -> Cell {
    if let odd = OddValue(value) { return cell(odd) }
    return appearance.hasHeatColors
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
    let stride = strides[1]
    return withExtendedLifetime(storage) {
      var largest: Float = 0
      for i in 0..<shape[0] {
        let row = storage.pointer + offset + i * strides[0]
        for j in 0..<shape[1] {
          let magnitude = abs(row[j * stride])
          if magnitude > largest, magnitude < .infinity { largest = magnitude }
        }
      }
      return largest
    }
  }
}
