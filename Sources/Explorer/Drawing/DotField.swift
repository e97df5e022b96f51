import Canvas

/// A picture in dots, two of them in a cell, one above the other. Where there is no dot, the screen stays as it is empty.
struct DotField {
  let columns: Int
  let rows: Int
  private var colors: [Color?]

  init(columns: Int, rows: Int) {
    self.columns = max(columns, 0)
    self.rows = max(rows, 0)
    colors = Array(repeating: nil, count: self.columns * self.rows)
  }

  /// The colour of a dot; nothing happens outside of the picture.
  subscript(column: Int, row: Int) -> Color? {
    get { contains(column, row) ? colors[row * columns + column] : nil }
    set { if contains(column, row) { colors[row * columns + column] = newValue } }
  }

  private func contains(_ column: Int, _ row: Int) -> Bool {
    column >= 0 && column < columns && row >= 0 && row < rows
  }

  /// Draws the dots with the top left corner of the picture at a cell.
  func draw(on canvas: inout Canvas, column: Int, row: Int) {
    for y in stride(from: 0, to: rows, by: 2) {
      for x in 0..<columns {
        canvas[column + x, row + y / 2] = DotField.cell(self[x, y], self[x, y + 1])
      }
    }
  }

  private static func cell(_ upper: Color?, _ lower: Color?) -> Cell {
    switch (upper, lower) {
    case (let upper?, let lower?): Cell(base: "▀", style: Style(foreground: upper, background: lower))
    case (let upper?, nil): Cell(base: "▀", style: Style(foreground: upper))
    case (nil, let lower?): Cell(base: "▄", style: Style(foreground: lower))
    case (nil, nil): .blank
    }
  }
}
