import Canvas
import Explorer
import Support
import UserInput

/// Straight lines in an area of cells: in dots of braille, eight of them in a cell, or in strokes where a terminal shows ASCII only.
/// Where lines cross, the strongest has the cell's colour.
struct LineField {
  private struct CellOfLines {
    var dots: UInt8 = 0
    var stroke: Unicode.Scalar = " "
    var strength = 0.0
    var style = Style.plain
  }

  let area: Rect
  let appearance: Appearance
  private var cells: [CellOfLines]

  init(area: Rect, appearance: Appearance) {
    self.area = area
    self.appearance = appearance
    cells = Array(repeating: CellOfLines(), count: area.columns * area.rows)
  }

  /// Adds lines from the strongest on: those that are much weaker leave no dots in its cells.
  mutating func add(_ lines: [FineCurves.Curve]) {
    for line in lines.sorted(by: { $0.strength > $1.strength }) { add(line) }
  }

  private func style(_ line: FineCurves.Curve) -> Style {
    appearance.hasHeatColors
      ? Style(foreground: line.color)
      : Style(attributes: line.strength >= 0.5 ? .bold : line.strength < 0.2 ? .dim : [])
  }

  private static let weaker = 0.5

  private mutating func add(_ line: FineCurves.Curve) {
    let isUnicode = appearance.glyphs == .unicode
    let (across, down) = isUnicode ? (2.0, 4.0) : (1.0, 1.0)
    let (width, height) = (Double(area.columns) * across, (line.end - line.start) * down)
    let steps = max(width, abs(height))
    guard let count = Int(saturating: steps), count > 0 else { return }
    // Without colours, weak lines are dotted.
    let every = appearance.hasHeatColors ? 1 : line.strength >= 0.5 ? 1 : line.strength >= 0.2 ? 2 : 4
    for step in stride(from: 0, to: count, by: every) {
      let share = (Double(step) + 0.5) / Double(count)
      guard let x = Int(saturating: share * width, rule: .down),
        let y = Int(saturating: line.start * down + share * height, rule: .down), y >= 0
      else { continue }
      if isUnicode { mark(x / 2, y / 4, dot: Self.dots[min(y % 4, 3)][x % 2], line) } else { mark(x, y, dot: 0, line) }
    }
  }

  private mutating func mark(_ column: Int, _ row: Int, dot: UInt8, _ line: FineCurves.Curve) {
    guard (0..<area.columns).contains(column), (0..<area.rows).contains(row) else { return }
    let index = row * area.columns + column
    if cells[index].strength == 0 {
      let slope = (line.end - line.start) / Double(max(area.columns, 1))
      cells[index].stroke = abs(slope) < 0.3 ? "-" : slope > 0 ? "\\" : "/"
      (cells[index].strength, cells[index].style) = (line.strength, style(line))
    }
    if line.strength >= cells[index].strength * Self.weaker { cells[index].dots |= dot }
  }

  /// The bits of the dots of a braille cell, row by row.
  private static let dots: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]

  func draw(on canvas: inout Canvas) {
    for row in 0..<area.rows {
      for column in 0..<area.columns {
        let cell = cells[row * area.columns + column]
        guard cell.strength > 0 else { continue }
        let braille = Unicode.Scalar(0x2800 + UInt32(cell.dots)) ?? " "
        canvas[area.column + column, area.row + row] = Cell(
          base: appearance.glyphs == .unicode ? braille : cell.stroke, style: cell.style)
      }
    }
  }
}
