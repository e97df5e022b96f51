import Canvas
import Explorer

/// A picture in dots, two of them in a cell, one above the other. Where there is no dot, the screen stays as it is empty.
struct DotField {
  let columns: Int
  let rows: Int
  private var colors: [Color?]
  /// Which dots stand for numbers that have no place in the scale; empty where none does.
  private var odd: [OddValue?] = []

  init(columns: Int, rows: Int) {
    self.columns = max(columns, 0)
    self.rows = max(rows, 0)
    colors = Array(repeating: nil, count: self.columns * self.rows)
  }

  /// The colour of a dot; nothing happens outside of the picture.
  subscript(column: Int, row: Int) -> Color? {
    get { contains(column, row) ? colors[row * columns + column] : nil }
    set {
      guard contains(column, row) else { return }
      colors[row * columns + column] = newValue
      if !odd.isEmpty { odd[row * columns + column] = nil }
    }
  }

  /// Says of a dot that has its colour what it stands for; nothing happens outside of the picture.
  mutating func mark(_ column: Int, _ row: Int, _ value: OddValue) {
    guard contains(column, row) else { return }
    if odd.isEmpty { odd = Array(repeating: nil, count: colors.count) }
    odd[row * columns + column] = value
  }

  /// What both dots of a cell stand for, where that has no place in the scale.
  private func oddCell(_ column: Int, _ row: Int) -> OddValue? {
    guard !odd.isEmpty, contains(column, row + 1), let upper = odd[row * columns + column],
      let lower = odd[(row + 1) * columns + column]
    else { return nil }
    return upper == lower ? upper : .nan
  }

  private func contains(_ column: Int, _ row: Int) -> Bool {
    column >= 0 && column < columns && row >= 0 && row < rows
  }

  /// Draws the dots with the top left corner of the picture at a cell; `cell` makes one of what has no place in the scale.
  func draw(on canvas: inout Canvas, column: Int, row: Int, odd cell: (OddValue) -> Cell) {
    for y in stride(from: 0, to: rows, by: 2) {
      for x in 0..<columns {
        canvas[column + x, row + y / 2] = oddCell(x, y).map(cell) ?? DotField.cell(self[x, y], self[x, y + 1])
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
