import Activations
import Canvas
import Explorer
import UserInput

/// The grid with a number of every head instead of its attention.
struct NumberGridView {
  let state: State
  let appearance: Appearance
  let column: HeadColumn
  private let rows: [HeadRow]
  private let layout: NumberGridLayout

  init(state: State, appearance: Appearance, area: Rect, column: HeadColumn) {
    self.state = state
    self.appearance = appearance
    self.column = column
    rows = state.headRows
    layout = NumberGridLayout(state: state, area: area)
  }

  func draw(on canvas: inout Canvas) {
    let area = layout.area
    let order =
      layout.isSorted
      ? (column.isSmallestFirst ? ", smallest first" : ", largest first") : ": layers down, heads across"
    let what =
      column.isOfPair
      ? "\(PairWords(state, appearance).of(column)), every head" : "\(column.longTitle(state)) of every head"
    let title = rows.isEmpty ? "looking at all heads" : what + order
    canvas.draw(
      Words.cut(title, to: area.columns, glyphs: appearance.glyphs), column: area.column, row: area.row,
      style: Style(attributes: .bold), glyphs: appearance.glyphs)
    if layout.header > 1 { layout.drawHeads(state, on: &canvas) }
    let painter = HeatPainter(appearance: appearance, colors: state.colors, top: state.top(of: column, in: rows))
    let numbers = Dictionary(uniqueKeysWithValues: rows.map { ($0.index, $0[column]) })
    for line in layout.visibleLines {
      if !layout.isSorted { layout.drawLabel(line, state, on: &canvas) }
      for (place, head) in layout.lines[line].enumerated() {
        guard let rect = layout.rect(line: line, place: place) else { continue }
        draw(head, numbers[head].flatMap(\.self), painter, in: rect, on: &canvas)
      }
    }
  }

  private func draw(
    _ head: HeadIndex, _ number: Double?, _ painter: HeatPainter, in rect: Rect, on canvas: inout Canvas
  ) {
    let isMarked = head == state.head
    var style = appearance.hasHeatColors ? painter.style(number.map { column.shade($0) }) : .plain
    if appearance.hasHeatColors { canvas.fill(rect, with: Cell(base: " ", style: style)) }
    if isMarked { style.attributes = appearance.hasHeatColors ? [.bold, .underline] : [.bold, .reverse] }
    let name = "\(head.layer + state.countFrom).\(head.head + state.countFrom)"
    let width = min(rect.columns, 4)
    let text =
      number.map { column.words($0, width: width) }
      ?? Signs(appearance).dot
    let row = rect.row + (rect.rows - 1) / 2
    if layout.isSorted {
      if rect.rows > 1 {
        canvas.draw(name, column: rect.column, row: rect.row, style: style, width: rect.columns)
        canvas.draw(text, column: rect.endColumn - text.count, row: rect.row + 1, style: style)
      } else {
        canvas.draw(name, column: rect.column, row: row, style: style, width: max(rect.columns - 3, 0))
        // Shares go without their 0 where the name of the head needs the room.
        let short = text.hasPrefix("0.") ? String(text.dropFirst()) : String(text.prefix(3))
        canvas.draw(short, column: rect.endColumn - short.count, row: row, style: style)
      }
    } else {
      let marked = isMarked && rect.columns >= text.count + 2 ? "[\(text)]" : text
      canvas.draw(
        marked, column: rect.column + max((rect.columns - marked.count) / 2, 0), row: row, style: style,
        width: rect.columns, glyphs: appearance.glyphs)
    }
    guard isMarked else { return }
    let sign = appearance.glyphs == .unicode ? "▐" : "["
    let color = appearance.depth == .none ? Color.standard : HeatPainter.cursor
    canvas.draw(
      sign, column: rect.column - 1, row: row, style: Style(foreground: color, attributes: .bold),
      glyphs: appearance.glyphs)
  }
}
