import Canvas
import Explorer
import UserInput

/// Where the cells and names of a matrix lie.
struct MatrixLayout {
  /// What is written in the cells: which of the picture's texts; nil where they are only coloured.
  let text: Int?
  /// The cells of the screen for one number; for dots one column, and half a row if the terminal has half blocks.
  let cell: Size
  /// How many rows and columns of the matrix one dot stands for; 1 where every number has its own.
  let factor: Int
  let isDots: Bool
  let dotsPerRow: Int
  let labelColumns: Int
  let area: Rect
  let matrix: Rect
  private let rows: Int
  private let columns: Int
  private let isBottomUp: Bool

  init(_ picture: MatrixPicture, area: Rect) {
    let appearance = picture.painter.appearance
    (rows, columns, isBottomUp, self.area) = (picture.rows, picture.columns, picture.isBottomUp, area)
    let widest = picture.rowName.map { name in
      (0..<min(picture.rows, 600)).map { displayWidth(of: name($0), glyphs: appearance.glyphs) }.max() ?? 0
    }
    labelColumns =
      widest.map {
        min(max($0, 3, displayWidth(of: picture.corner, glyphs: appearance.glyphs)), 14, max(area.columns / 4, 1)) + 1
      } ?? 0
    let room = Size(columns: area.columns - labelColumns, rows: area.rows - 1)
    let isLarge = area.columns >= 90 && area.rows >= 24
    let halves = appearance.hasHalfBlocks ? 2 : 1
    var chosen: (text: Int?, cell: Size)?
    if picture.step == 1, picture.rows <= room.rows, picture.rows * picture.columns <= 4000 {
      for (index, text) in picture.texts.enumerated() {
        var width = 0
        for row in 0..<picture.rows where (width + 1) * picture.columns <= room.columns {
          for column in 0..<picture.columns {
            width = max(width, displayWidth(of: text(row, column), glyphs: appearance.glyphs))
          }
        }
        guard (width + 1) * picture.columns <= room.columns else { continue }
        let columns = min(max(width + 3, isLarge ? 12 : 7), room.columns / max(picture.columns, 1))
        chosen = (
          index,
          Size(
            columns: columns,
            rows: max(
              1,
              min(
                picture.cellRows ?? min(columns / (isLarge ? 3 : 4), isLarge ? 4 : 3), room.rows / max(picture.rows, 1))
            ))
        )
        break
      }
      if chosen == nil, picture.columnName == nil, picture.columns <= room.columns, picture.columns * 2 > room.columns {
        // Vectors, one in each row, beside their names.
        chosen = (nil, Size(columns: 1, rows: max(1, min(room.rows / max(picture.rows, 1), 2))))
      }
      if chosen == nil, picture.columns * 2 <= room.columns {
        chosen = (nil, Size(columns: min(room.columns / max(picture.columns, 1), 4), rows: 1))
      }
    }
    if let chosen {
      (text, cell, factor, isDots, dotsPerRow) = (chosen.text, chosen.cell, 1, false, 1)
    } else {
      var factor = picture.step
      func pooled(_ count: Int) -> Int { (count + factor - 1) / factor }
      while pooled(picture.columns) > room.columns || (pooled(picture.rows) + halves - 1) / halves > room.rows,
        factor < max(picture.rows, picture.columns)
      {
        factor += picture.step
      }
      (text, cell, self.factor, isDots, dotsPerRow) = (nil, Size(columns: 1, rows: 1), factor, true, halves)
    }
    let (rowDots, columnDots) = ((rows + factor - 1) / factor, (columns + factor - 1) / factor)
    matrix = Rect(
      column: area.column + labelColumns, row: area.row + 1, columns: min(columnDots * cell.columns, room.columns),
      rows: min((rowDots + dotsPerRow - 1) / dotsPerRow * cell.rows, room.rows))
  }

  /// The rows of the matrix that dot `index` from above stands for.
  func rowRange(_ index: Int) -> Range<Int> {
    let dots = (rows + factor - 1) / factor
    let place = isBottomUp ? dots - 1 - index : index
    return place * factor..<min((place + 1) * factor, rows)
  }

  func columnRange(_ index: Int) -> Range<Int> { index * factor..<min((index + 1) * factor, columns) }

  /// The row of the screen where a row of the matrix begins.
  func screenRow(_ row: Int) -> Int {
    let dots = (rows + factor - 1) / factor
    let place = isBottomUp ? dots - 1 - row / factor : row / factor
    return matrix.row + place / dotsPerRow * cell.rows
  }

  func screenColumn(_ column: Int) -> Int { matrix.column + column / factor * cell.columns }

  /// The number under a point.
  func cell(at point: Point) -> (row: Int, column: Int)? {
    guard matrix.contains(point) else { return nil }
    let dot = (point.row - matrix.row) / cell.rows * dotsPerRow
    let range = rowRange(min(dot, (rows + factor - 1) / factor - 1))
    let column = (point.column - matrix.column) / cell.columns * factor
    return range.isEmpty || column >= columns ? nil : (range.lowerBound, column)
  }
}
