import Activations
import Canvas
import Explorer
import UserInput

/// Draws matrices between tokens into the places of a layout: cells with or without numbers, or dots.
struct MapDrawing {
  let appearance: Appearance
  let layout: MapLayout
  /// The pair under the crosshair, by place.
  let marked: (query: Int, key: Int)

  private var isFull: Bool { layout.cell == .number || layout.cell == .block }

  /// The names of the keys above a matrix; only the marked one where there is no room for all.
  func drawKeys(_ names: [String], above matrix: Rect, on canvas: inout Canvas) {
    guard names.indices.contains(marked.key) else { return }
    guard layout.cell == .number else {
      let sign = Signs(appearance).below
      let column = matrix.column + marked.key / layout.pooling * layout.cellColumns
      let label = Words.cut(
        names[marked.key], to: max(matrix.column + layout.mapColumns - column - 1, 1), glyphs: appearance.glyphs)
      canvas.draw(
        sign + label, column: column, row: layout.header, style: Style(attributes: .underline),
        width: max(matrix.column + layout.mapColumns - column, 1), glyphs: appearance.glyphs)
      return
    }
    for key in layout.keys where names.indices.contains(key) {
      let label = Words.cut(names[key], to: layout.cellColumns - 1, glyphs: appearance.glyphs)
      let width = displayWidth(of: label, glyphs: appearance.glyphs)
      canvas.draw(
        label, column: matrix.column + (key + 1) * layout.cellColumns - 1 - width, row: layout.header,
        style: Style(attributes: key == marked.key ? [.bold, .underline] : .dim), glyphs: appearance.glyphs)
    }
  }

  /// The names of the queries to the left of the first matrix.
  func drawQueries(_ names: [String], on canvas: inout Canvas) {
    guard let matrix = layout.matrices.first else { return }
    let perRow = isFull ? 1 : layout.pooling * (appearance.hasHalfBlocks ? 2 : 1)
    for query in isFull ? layout.queries : marked.query..<marked.query + 1 where names.indices.contains(query) {
      let row = matrix.row + query / perRow * layout.cellRows + (layout.cellRows - 1) / 2
      guard row < matrix.endRow else { break }
      let label = Words.cut(names[query], to: layout.labelColumns - 1, glyphs: appearance.glyphs)
      let width = displayWidth(of: label, glyphs: appearance.glyphs)
      canvas.draw(
        label, column: matrix.column - 1 - width, row: row,
        style: Style(attributes: query == marked.query ? [.bold, .reverse] : []), glyphs: appearance.glyphs)
    }
  }

  /// A matrix, [query, key] by place, or in cells of as many places as the layout has together; `isBlocked` says of which pairs there is nothing to show.
  func draw(
    _ map: Tensor, _ painter: HeatPainter, in matrix: Rect, on canvas: inout Canvas,
    isBlocked: (_ query: Int, _ key: Int) -> Bool = { _, _ in false }
  ) {
    guard isFull else {
      let image = HeatImage(
        differences: map, queries: 0..<map.shape[0], keys: 0..<map.shape[1], pooling: layout.pooling / layout.step)
      painter.draw(
        image, on: &canvas, column: matrix.column, row: matrix.row,
        cursor: (marked.key / layout.pooling, marked.query / layout.pooling))
      return
    }
    for query in layout.queries where matrix.row + query * layout.cellRows < matrix.endRow {
      for key in layout.keys {
        let value = isBlocked(query, key) ? nil : map[query, key]
        let rect = Rect(
          column: matrix.column + key * layout.cellColumns, row: matrix.row + query * layout.cellRows,
          columns: layout.cellColumns, rows: layout.cellRows)
        painter.fill(rect, with: value, isWritten: layout.cell == .number, on: &canvas)
        let isMarked = (query, key) == marked
        guard layout.cell == .number || isMarked else { continue }
        var style = painter.style(value)
        if isMarked { style.attributes = appearance.hasHeatColors ? [.bold, .underline] : [.bold, .reverse] }
        let number = value.map { painter.isDiverging ? Words.signed(Double($0), 2) : Words.fixed(Double($0), 2) }
        let text = layout.cell == .block ? "[]" : number ?? Signs(appearance).dot
        canvas.draw(
          text, column: rect.endColumn - min(text.count + (layout.cell == .block ? 0 : 1), rect.columns),
          row: rect.row + (layout.cellRows - 1) / 2, style: style, width: rect.columns, glyphs: appearance.glyphs)
      }
    }
  }
}
