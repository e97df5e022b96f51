import Canvas
import Explorer
import UserInput

/// A number that has no place in a scale, and a look of its own in every picture: NaN, and what is infinite.
///
/// Where a number is written, it is `NaN`, `inf` or `-inf`. A cell of the screen that stands for it alone shows its sign, with
/// colours on the colour that a scale has for what is missing; an area of several cells is hatched in that colour, and
/// half a cell, in which there is no room for a sign, has it.
enum OddValue: Hashable {
  case nan, infinite

  /// Nil for a number that has a place in a scale, and for what is blocked.
  init?(_ value: Float?) {
    guard let value, !value.isFinite else { return nil }
    self = value.isNaN ? .nan : .infinite
  }

  /// One column wide.
  func sign(_ glyphs: GlyphSet) -> Unicode.Scalar {
    switch self {
    case .nan: "?"
    case .infinite: glyphs == .unicode ? "∞" : "i"
    }
  }

  /// What the signs mean, for the legend.
  static let nanLegend = "? NaN"
  static func legend(_ glyphs: GlyphSet) -> String {
    "\(nanLegend)  \(OddValue.infinite.sign(glyphs)) infinite"
  }

  /// How it is written in a cell for a class: with its sign, in large letters.
  static func large(_ value: Float, _ glyphs: GlyphSet = .unicode) -> String? {
    OddValue(value).map { (value < 0 ? "-" : "") + String($0.sign(glyphs)) }
  }
}

extension ValuePainter {
  /// The background of a cell whose number has no place in the scale, and a text colour that can be read on it.
  var oddStyle: Style {
    switch appearance.depth {
    case .truecolor, .indexed256: Style(foreground: missing.contrasting, background: missing)
    case .eight: Style(foreground: Color(0xCD00CD), attributes: .bold)
    case .none: Style(attributes: .bold)
    }
  }

  /// A whole cell of such a number.
  func cell(_ odd: OddValue) -> Cell { Cell(base: odd.sign(appearance.glyphs), style: oddStyle) }

  /// Fills an area with the look of one number. `isWritten` says that the number comes over it, and needs no sign.
  func fill(_ rect: Rect, with value: Float?, isWritten: Bool = false, on canvas: inout Canvas) {
    guard let odd = OddValue(value) else { return canvas.fill(rect, with: cell(value)) }
    guard appearance.hasHalfBlocks, rect.columns > 1 else { return canvas.fill(rect, with: cell(odd)) }
    let ink = missing.mixed(with: missing.contrasting, share: 0.5)
    canvas.fill(rect, with: Cell(base: "▚", style: Style(foreground: missing, background: ink)))
    guard !isWritten else { return }
    canvas[rect.column + (rect.columns - 1) / 2, rect.row + (rect.rows - 1) / 2] = cell(odd)
  }

  /// A cell that stands for two numbers: `base` is the half in which the first is, the second is in the other.
  func cell(_ first: Float?, _ second: Float?, base: Unicode.Scalar) -> Cell {
    if let a = OddValue(first), let b = OddValue(second) { return cell(a == b ? a : .nan) }
    return Cell(base: base, style: Style(foreground: color(first), background: color(second)))
  }
}

extension Float {
  /// Which of two numbers stands for both in a picture: NaN, which is not to be hidden, else the larger one.
  func pooled(with other: Float) -> Float { isNaN || other <= self ? self : other }

  /// The same with the larger magnitude.
  func pooledByMagnitude(with other: Float) -> Float { isNaN || abs(other) <= abs(self) ? self : other }
}
