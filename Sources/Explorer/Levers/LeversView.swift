import Activations
import Canvas

/// The list of levers, over the right side of the view: what it changes is seen beside and under it.
struct LeversView {
  let state: State
  let appearance: Appearance
  let marked: Int
  let frame: Frame

  private static let widest = 48

  private var area: Rect {
    let columns = min(LeversView.widest, frame.size.columns)
    let top = frame.tokens + 1
    return Rect(column: frame.size.columns - columns, row: top, columns: columns, rows: frame.main.endRow - top)
  }

  func draw(on canvas: inout Canvas) {
    let (list, area, glyphs) = (LeverList(state: state), area, appearance.glyphs)
    let signs = Signs(appearance)
    canvas.fill(area, with: .blank)
    for row in area.row..<area.endRow { canvas.draw(signs.bar, column: area.column, row: row, glyphs: glyphs) }
    let chosen = list.line(marked: marked)
    let shown = GridLayout.visible(count: list.lines.count, around: chosen, room: area.rows)
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

  /// Says that there are more lines that way.
  private func drawSign(_ sign: String, row: Int, on canvas: inout Canvas) {
    canvas.draw(
      sign, column: area.endColumn - 1, row: row, style: Style(attributes: .bold), glyphs: appearance.glyphs)
  }

  /// What a command comes to in the list; nil where it means the same everywhere.
  static func resolve(_ command: Command, state: State, marked: Int) -> Resolution? {
    let list = LeverList(state: state)
    let present = min(max(marked, 0), list.count - 1)
    func mark(_ line: Int) -> Resolution {
      let line = min(max(line, 0), list.count - 1)
      return line == present ? .ignored : .action(.lever(.mark(line)))
    }
    let line = list.lines[list.line(marked: present)]
    switch command {
    case .moveUp: return mark(present - 1)
    case .moveDown: return mark(present + 1)
    case .moveFirst, .movePageUp: return mark(0)
    case .moveLast, .movePageDown: return mark(list.count - 1)
    case .chooseLever: return line.choose
    case .leverLess: return line.adjust(-1)
    case .leverMore: return line.adjust(1)
    default: return nil
    }
  }
}
