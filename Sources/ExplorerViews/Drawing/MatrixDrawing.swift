import Canvas
import Explorer
import UserInput

extension MatrixPicture {
  /// Draws names and numbers into an area.
  func draw(in area: Rect, on canvas: inout Canvas) {
    guard area.rows > 1, area.columns > 1, rows > 0, columns > 0 else { return }
    let layout = MatrixLayout(self, area: area)
    guard !layout.matrix.isEmpty else { return }
    drawNames(layout, on: &canvas)
    if layout.isDots { drawDots(layout, on: &canvas) } else { drawCells(layout, on: &canvas) }
    guard layout.factor > 1, layout.matrix.endRow < area.endRow else { return }
    canvas.draw(
      Words.fitting(
        PoolingWords.wordings(layout.factor, glyphs, of: pooling), in: area.endColumn - layout.matrix.column,
        glyphs: glyphs), column: layout.matrix.column, row: layout.matrix.endRow, style: Style(attributes: .dim),
      glyphs: glyphs)
  }

  private var glyphs: GlyphSet { painter.appearance.glyphs }

  private func nameStyle(_ index: Int, isMarked: Bool) -> Style {
    Style(attributes: isMarked ? [.bold, .reverse] : isDim(index) ? .dim : [])
  }

  // MARK: Names

  private func drawNames(_ layout: MatrixLayout, on canvas: inout Canvas) {
    if !corner.isEmpty, layout.labelColumns > 0 {
      canvas.draw(
        Words.cut(corner, to: max(layout.labelColumns - 1, 1), glyphs: glyphs), column: layout.area.column,
        row: layout.area.row, style: Style(attributes: .dim), width: layout.labelColumns, glyphs: glyphs)
    }
    if let rowName, layout.labelColumns > 1 {
      for row in 0..<rows where !layout.isDots || row == markedRow {
        let label = Words.cut(rowName(row), to: layout.labelColumns - 1, glyphs: glyphs)
        let width = displayWidth(of: label, glyphs: glyphs)
        canvas.draw(
          label, column: layout.matrix.column - 1 - width, row: layout.screenRow(row) + (layout.cell.rows - 1) / 2,
          style: nameStyle(row, isMarked: row == markedRow), glyphs: glyphs)
      }
    }
    guard let columnName else { return }
    if layout.cell.columns >= 4 {
      for column in 0..<columns {
        let label = Words.cut(columnName(column), to: layout.cell.columns - 1, glyphs: glyphs)
        let width = displayWidth(of: label, glyphs: glyphs)
        canvas.draw(
          label, column: layout.screenColumn(column) + (layout.cell.columns - width) / 2, row: layout.area.row,
          style: nameStyle(column, isMarked: column == markedColumn), glyphs: glyphs)
      }
    } else if let markedColumn, markedColumn < columns {
      let label = Words.cut(
        columnName(markedColumn), to: max(layout.area.columns - layout.labelColumns - 1, 1), glyphs: glyphs)
      let width = displayWidth(of: label, glyphs: glyphs)
      let sign = Signs(painter.appearance).below
      let place = layout.screenColumn(markedColumn)
      let isRight = place + 1 + width <= layout.area.endColumn
      canvas.draw(
        isRight ? sign + label : label + sign, column: isRight ? place : max(place - width, layout.matrix.column),
        row: layout.area.row, style: nameStyle(markedColumn, isMarked: true), glyphs: glyphs)
    }
  }

  // MARK: Numbers

  private func drawCells(_ layout: MatrixLayout, on canvas: inout Canvas) {
    for row in 0..<rows {
      for column in 0..<columns {
        let value = value(row, column)
        let rect = Rect(
          column: layout.screenColumn(column), row: layout.screenRow(row), columns: layout.cell.columns,
          rows: layout.cell.rows)
        painter.fill(rect, with: value, isWritten: layout.text != nil, on: &canvas)
        let isMarked = row == markedRow && column == markedColumn
        if let text = layout.text {
          draw(texts[text](row, column), value, in: rect, isMarked: isMarked, on: &canvas)
        } else if isMarked {
          draw(rect.columns > 1 ? "[]" : "#", value, in: rect, isMarked: true, on: &canvas)
        }
      }
    }
  }

  private func draw(_ text: String, _ value: Float?, in rect: Rect, isMarked: Bool, on canvas: inout Canvas) {
    let appearance = painter.appearance
    var style = painter.style(value)
    if isMarked { style.attributes = appearance.hasHeatColors ? [.bold, .underline] : [.bold, .reverse] }
    let width = displayWidth(of: text, glyphs: glyphs)
    let hasBrackets = isMarked && width + 2 <= rect.columns && text != "[]"
    let shown = hasBrackets ? "[\(text)]" : text
    canvas.draw(
      shown, column: rect.column + max((rect.columns - width - (hasBrackets ? 2 : 0)) / 2, 0),
      row: rect.row + (rect.rows - 1) / 2, style: style, width: rect.columns, glyphs: glyphs)
  }

  private func pooled(_ rows: Range<Int>, _ columns: Range<Int>) -> Float? {
    var (best, sum, count): (Float?, Float, Int) = (nil, 0, 0)
    for row in rows {
      for column in columns {
        guard let value = value(row, column) else { continue }
        switch pooling {
        case .largest: best = best?.pooled(with: value) ?? value
        case .largestMagnitude: best = best?.pooledByMagnitude(with: value) ?? value
        case .mean: (sum, count) = (sum + value, count + 1)
        }
      }
    }
    return pooling == .mean ? (count > 0 ? sum / Float(count) : nil) : best
  }

  private func drawDots(_ layout: MatrixLayout, on canvas: inout Canvas) {
    let rowDots = (rows + layout.factor - 1) / layout.factor
    func isMarked(_ rows: Range<Int>, _ columns: Range<Int>) -> Bool {
      (markedRow.map(rows.contains) ?? false) && (markedColumn.map(columns.contains) ?? false)
    }
    /// Row `index` of dots from above; nil below the last.
    func dots(_ index: Int) -> [Dot]? {
      guard index < rowDots else { return nil }
      let rows = layout.rowRange(index)
      let known = self.dots?(rows, layout.factor)
      return (0..<layout.matrix.columns).map { screenColumn in
        let columns = layout.columnRange(screenColumn)
        return (known.map { $0[screenColumn] } ?? pooled(rows, columns), isMarked(rows, columns))
      }
    }
    for screenRow in 0..<layout.matrix.rows {
      let row = layout.matrix.row + screenRow
      guard layout.dotsPerRow == 2 else {
        for (screenColumn, dot) in (dots(screenRow) ?? []).enumerated() {
          var cell = painter.cell(dot.value)
          if dot.isMarked { cell.style.attributes.insert(.reverse) }
          canvas[layout.matrix.column + screenColumn, row] = cell
        }
        continue
      }
      guard let upper = dots(screenRow * 2) else { continue }
      let lower = dots(screenRow * 2 + 1)
      for (screenColumn, dot) in upper.enumerated() {
        canvas[layout.matrix.column + screenColumn, row] = cell(dot, lower?[screenColumn])
      }
    }
  }

  private typealias Dot = (value: Float?, isMarked: Bool)

  /// One dot above another, which is nil where there is none.
  private func cell(_ upper: Dot, _ lower: Dot?) -> Cell {
    if let lower, !upper.isMarked, !lower.isMarked { return painter.cell(upper.value, lower.value, base: "▀") }
    func color(_ dot: Dot) -> Color { dot.isMarked ? HeatPainter.cursor : painter.color(dot.value) }
    return Cell(base: "▀", style: Style(foreground: color(upper), background: lower.map(color) ?? .standard))
  }
}
