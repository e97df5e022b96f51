import Canvas
import Explorer
import Support

/// Turns intensities into cells, with the colours or glyphs that the terminal has.
struct HeatPainter {
  let appearance: Appearance
  let scale: ColorScale
  /// The probability that the end of the scale stands for.
  let top: Float
  /// Whether the middle of the scale stands for zero, and its ends for `top` less and `top` more.
  let isDiverging: Bool

  /// How many intensities are told apart; nil for all. Where cells look alike, fewer bytes are sent.
  var levels: Float?

  private let ramp: [Unicode.Scalar]

  init(appearance: Appearance, colors: String, top: Float) {
    self.appearance = appearance
    self.scale = appearance.scale(named: colors)
    self.top = top > 0 && top.isFinite ? top : 1
    isDiverging = false
    ramp = Signs(appearance).ramp
  }

  /// For differences, of which `top` is the largest in either direction.
  init(appearance: Appearance, difference top: Float) {
    self.appearance = appearance
    scale = appearance.difference
    self.top = top > 0 && top.isFinite ? top : 1
    isDiverging = true
    ramp = []
  }

  /// What the mask blocks is grey in every scale, and is not to be taken for a small probability.
  static let blocked = Color(0x3A3A3A)
  static let blockedText = Color(0x8A8A8A)
  /// The crosshair: in no scale, light enough on all of them.
  static let cursor = Color(0xFF5FD7)

  var missing: Color { scale.missing }

  /// The colour of bars, whose length says how much: one that is bright, and can be seen on every background.
  var bar: Color { scale.color(at: 0.72) }

  /// The place in the scale, from 0 to 1; nil for what is not finite.
  func intensity(_ probability: Float) -> Float? {
    guard probability.isFinite else { return nil }
    let share = (isDiverging ? 0.5 + probability / top / 2 : probability / top).share
    guard let levels, let share else { return share }
    return (share * levels).rounded() / levels
  }

  func color(_ probability: Float?) -> Color {
    guard let probability else { return HeatPainter.blocked }
    return intensity(probability).map { scale.color(at: $0) } ?? missing
  }

  /// The background of a cell, and a text colour that can be read on it.
  func style(_ probability: Float?) -> Style {
    guard appearance.hasHeatColors else { return glyphStyle(probability) }
    guard let probability else { return Style(foreground: HeatPainter.blockedText, background: HeatPainter.blocked) }
    guard let level = intensity(probability) else { return oddStyle }
    return Style(foreground: scale.contrasting(at: level), background: scale.color(at: level))
  }

  private func glyphStyle(_ probability: Float?) -> Style {
    if isDiverging { return DivergingPainter(appearance: appearance, top: top).glyphStyle(probability) }
    guard appearance.depth == .eight, let probability else {
      return probability == nil ? Style(attributes: .dim) : OddValue(probability) == nil ? .plain : oddStyle
    }
    // Four of the eight colours in the order of their brightness, all of which can be seen on black; the glyphs say the same
    // without them.
    let colors: [Color] = [Color(0x00CD00), Color(0x00CDCD), Color(0xCDCD00), Color(0xE5E5E5)]
    guard let level = intensity(probability), let place = Int(saturating: level * 4) else { return oddStyle }
    return Style(foreground: colors[min(place, 3)])
  }

  /// A glyph for an intensity, where there are no heat colours. Everything above zero shows.
  func glyph(_ probability: Float?) -> Unicode.Scalar {
    guard let probability else { return appearance.glyphs == .unicode ? "╱" : "/" }
    if isDiverging { return DivergingPainter(appearance: appearance, top: top).glyph(probability) }
    let place = intensity(probability).flatMap {
      Int(saturating: $0 * Float(ramp.count - 1), rule: .toNearestOrAwayFromZero)
    }
    return place.map { ramp[$0] } ?? (OddValue(probability) ?? .nan).sign(appearance.glyphs)
  }

  /// A whole cell of one intensity.
  func cell(_ probability: Float?) -> Cell {
    if let odd = OddValue(probability) { return cell(odd) }
    return appearance.hasHeatColors
      ? Cell(base: " ", style: style(probability)) : Cell(base: glyph(probability), style: style(probability))
  }

  /// Draws an image with its top left corner at a place; `cursor` marks one dot.
  func draw(_ image: HeatImage, on canvas: inout Canvas, column: Int, row: Int, cursor: (column: Int, row: Int)? = nil)
  {
    guard appearance.hasHalfBlocks else {
      for y in 0..<image.rows {
        for x in 0..<image.columns {
          var cell = image.isHidden(x, y) ? Cell.blank : cell(image[x, y])
          if let cursor, cursor == (x, y) { cell.style.attributes.insert(.reverse) }
          canvas[column + x, row + y] = cell
        }
      }
      return
    }
    var field = DotField(columns: image.columns, rows: image.rows)
    fill(&field, with: image, column: 0, row: 0)
    if let cursor { field[cursor.column, cursor.row] = HeatPainter.cursor }
    field.draw(on: &canvas, column: column, row: row, odd: cell)
  }

  /// An image in cells that may be fewer than its dots.
  func finePicture(
    _ image: HeatImage, column: Int, halfRow: Int, columns: Int, halfRows: Int, cursor: (column: Int, row: Int)? = nil
  ) -> FinePicture {
    var colors = (0..<image.rows).flatMap { row in
      (0..<image.columns).map { image.isHidden($0, row) ? nil : color(image[$0, row]) }
    }
    if let cursor, cursor.column < image.columns, cursor.row < image.rows {
      colors[cursor.row * image.columns + cursor.column] = HeatPainter.cursor
    }
    return FinePicture(
      column: column, halfRow: halfRow, cellColumns: columns, halfRows: halfRows, columns: image.columns, colors: colors
    )
  }

  /// Puts an image into a larger picture, with its top left corner at a dot.
  func fill(_ field: inout DotField, with image: HeatImage, column: Int, row: Int) {
    for y in 0..<image.rows {
      for x in 0..<image.columns where !image.isHidden(x, y) {
        let value = image[x, y]
        field[column + x, row + y] = color(value)
        if let odd = OddValue(value) { field.mark(column + x, row + y, odd) }
      }
    }
  }
}
