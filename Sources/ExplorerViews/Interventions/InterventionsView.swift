import Activations
import Canvas
import Explorer
import UserInput

/// The list of interventions, on the right of the view: what it changes is seen beside it.
struct InterventionsView {
  let state: State
  let appearance: Appearance
  let marked: Int
  let frame: Frame

  private static let widest = 48

  /// How many columns of a screen the list takes.
  static func columns(of size: Size) -> Int { min(widest, size.columns) }

  private var area: Rect {
    let columns = InterventionsView.columns(of: frame.size)
    let top = frame.tokens + 1
    return Rect(column: frame.size.columns - columns, row: top, columns: columns, rows: frame.main.endRow - top)
  }

  func draw(on canvas: inout Canvas) {
    let (list, area, glyphs) = (InterventionList(state: state), area, appearance.glyphs)
    let signs = Signs(appearance)
    canvas.fill(area, with: .blank)
    for row in area.row..<area.endRow { canvas.draw(signs.bar, column: area.column, row: row, glyphs: glyphs) }
    let chosen = list.line(marked: marked)
    let shown = shown(list)
    if shown.lowerBound > 0 { drawSign(signs.ellipsis, row: area.row, on: &canvas) }
    if shown.upperBound < list.lines.count { drawSign(signs.ellipsis, row: area.endRow - 1, on: &canvas) }
    for (row, index) in shown.enumerated() {
      let line = list.lines[index]
      let box = line.isOn.map { $0 ? "[x] " : "[ ] " } ?? "    "
      let text = line.isHeading ? line.text : (index == chosen ? signs.marker : " ") + " " + box + line.text
      canvas.draw(
        Words.cut(text, to: area.columns - 4, glyphs: glyphs), column: area.column + 2, row: area.row + row,
        style: Style(attributes: line.isHeading ? [.bold, .underline] : index == chosen ? [.bold, .reverse] : []),
        glyphs: glyphs)
    }
  }

  /// The lines of the list that are on the screen.
  private func shown(_ list: InterventionList) -> Range<Int> {
    GridLayout.visible(count: list.lines.count, around: list.line(marked: marked), room: area.rows)
  }

  /// Which entry lies at a point, counted without headings.
  func entry(at point: Point) -> Int? {
    guard area.contains(point) else { return nil }
    let list = InterventionList(state: state)
    let line = shown(list).lowerBound + point.row - area.row
    return (0..<list.count).first { list.line(marked: $0) == line }
  }

  /// Says that there are more lines that way.
  private func drawSign(_ sign: String, row: Int, on canvas: inout Canvas) {
    canvas.draw(
      sign, column: area.endColumn - 1, row: row, style: Style(attributes: .bold), glyphs: appearance.glyphs)
  }
}
