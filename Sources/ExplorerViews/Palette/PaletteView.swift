import Canvas
import Explorer
import UserInput

/// What can be chosen from by typing: a line each, with its keys and where it belongs; in as many columns as fit, a screen of them at a
/// time.
struct PaletteView {
  let state: State
  let appearance: Appearance
  let size: Size

  private static let narrowestColumn = 76
  private static let widestKeys = 14

  func draw(on canvas: inout Canvas) {
    let glyphs = appearance.glyphs
    let rows = state.paletteRows
    let marked = state.markedRow(of: rows.count)
    let perPage = columns * area.rows
    let first = marked / perPage * perPage
    let keyWidth =
      min(
        rows.map { displayWidth(of: keys($0), glyphs: glyphs) }.max() ?? 0,
        Self.widestKeys, width / 4) + 2
    for (place, row) in rows.dropFirst(first).prefix(perPage).enumerated() {
      let rect = Rect(
        column: place / area.rows * width, row: area.row + place % area.rows, columns: width - (columns > 1 ? 2 : 0),
        rows: 1)
      draw(row, keyWidth: keyWidth, isMarked: first + place == marked, in: rect, on: &canvas)
    }
    drawMessage(rows, marked: marked, of: perPage, on: &canvas)
  }

  private var area: Rect { Rect(column: 0, row: 1, columns: size.columns, rows: max(size.rows - 3, 1)) }
  private var columns: Int { max(area.columns / Self.narrowestColumn, 1) }
  private var width: Int { area.columns / columns }

  /// Which line lies under a point.
  func row(at point: Point) -> Int? {
    guard area.contains(point), point.column < width * columns else { return nil }
    let count = state.paletteRows.count
    let perPage = columns * area.rows
    let place =
      state.markedRow(of: count) / perPage * perPage + point.column / width * area.rows + point.row - area.row
    return place < count ? place : nil
  }

  private func keys(_ row: PaletteRow) -> String { row.keys.names(appearance.glyphs) }

  private func draw(_ row: PaletteRow, keyWidth: Int, isMarked: Bool, in rect: Rect, on canvas: inout Canvas) {
    let glyphs = appearance.glyphs
    let plain: Style.Attributes = row.isHere ? [] : .dim
    let style = Style(attributes: isMarked ? [.bold, .reverse] : plain)
    if isMarked { canvas.fill(rect, with: Cell(base: " ", style: style)) }
    let marker = isMarked ? Signs(appearance).marker : " "
    canvas.draw(marker, column: rect.column, row: rect.row, style: style, width: 1, glyphs: glyphs)
    let hasKeys = keyWidth > 2
    if hasKeys {
      canvas.draw(
        Words.cut(keys(row), to: keyWidth - 1, glyphs: glyphs), column: rect.column + 1, row: rect.row,
        style: Style(attributes: isMarked ? [.bold, .reverse] : row.isHere ? .bold : .dim), glyphs: glyphs)
    }
    let start = rect.column + 1 + (hasKeys ? keyWidth : 0)
    let place = Words.cut(row.place, to: max((rect.endColumn - start) / 3, 0), glyphs: glyphs)
    let placeWidth = displayWidth(of: place, glyphs: glyphs)
    let room = rect.endColumn - start
    let text = Words.cut(row.text, to: room, glyphs: glyphs)
    canvas.draw(text, column: start, row: rect.row, style: style, glyphs: glyphs)
    // Where it belongs is said where there is room beside what it does.
    guard displayWidth(of: text, glyphs: glyphs) + 2 + placeWidth <= room else { return }
    canvas.draw(
      place, column: rect.endColumn - placeWidth, row: rect.row,
      style: Style(attributes: isMarked ? [.bold, .reverse] : .dim), glyphs: glyphs)
  }

  /// What was refused; or else all of the marked line, and how many there are.
  private func drawMessage(_ rows: [PaletteRow], marked: Int, of perPage: Int, on canvas: inout Canvas) {
    let glyphs = appearance.glyphs
    let row = size.rows - 2
    if let notice = state.notice ?? (rows.isEmpty ? "nothing here has these words" : nil) {
      canvas.draw(
        Words.cut(notice, to: size.columns, glyphs: glyphs), column: 0, row: row, style: Style(attributes: .bold),
        glyphs: glyphs)
      return
    }
    let pages = (rows.count + perPage - 1) / perPage
    let count = pages > 1 ? "page \(marked / perPage + 1) of \(pages)" : ""
    canvas.draw(
      Words.cut("\(rows[marked].text) (\(rows[marked].place))", to: size.columns - count.count - 2, glyphs: glyphs),
      column: 0, row: row, style: Style(attributes: .dim), glyphs: glyphs)
    canvas.draw(count, column: size.columns - count.count, row: row, style: Style(attributes: .dim))
  }
}
