import Canvas
import Explorer
import UserInput

/// Where the cells and the names of a large matrix lie.
struct PresenterMatrixLayout {
  /// Columns for the names of the queries, with a gap behind them.
  let labels: Int
  private let columns: Int
  /// The height of a cell in half rows. Half blocks can show an odd number of them.
  private let pitch: Int
  private let keyRows: Int
  private let count: Int
  private let columnCount: Int
  private let isBottomUp: Bool
  private let area: Rect

  /// More would be a strip, and not a matrix.
  private static let widestCell = 24
  /// A name of fewer letters does not say which word it is.
  private static let shortestName = 3

  private static let narrowestCell = 2

  /// Whether so many columns can have cells at all in an area. Of a long text that is known before all its names are looked at.
  static func isRoom(for columns: Int, in area: Rect) -> Bool { columns * narrowestCell <= area.columns }

  /// Nil where there is nothing to show, and where cells would be too small to be told apart.
  ///
  /// - Parameter rowNames: of the rows, where they are others than those of the columns.
  init?(names: [String], rowNames: [String]? = nil, isBottomUp: Bool, appearance: Appearance, area: Rect) {
    let glyphs = appearance.glyphs
    let widest = names.map { displayWidth(of: $0, glyphs: glyphs) }.max() ?? 1
    let widestRow = rowNames?.map { displayWidth(of: $0, glyphs: glyphs) }.max() ?? widest
    count = rowNames?.count ?? names.count
    columnCount = names.count
    guard !names.isEmpty, count > 0 else { return nil }
    labels = min(widestRow, 12, area.columns / 4) + 1
    columns = min((area.columns - labels) / columnCount, Self.widestCell)
    // Names that do not fit above their columns are turned.
    keyRows = min(widest, Self.shortestName) < columns ? 1 : max(1, min(widest, 8, area.rows / 4))
    let (rows, halves) = ((area.rows - keyRows) / count, (area.rows - keyRows) * 2 / count)
    guard columns >= Self.narrowestCell, rows >= 1 else { return nil }
    // Numbers stand in whole rows only.
    pitch = appearance.hasHalfBlocks && rows < BigText.rows ? halves : rows * 2
    self.isBottomUp = isBottomUp
    self.area = area
  }

  /// The cell of a query and a key, as far as it fills whole rows.
  func rect(_ row: Int, _ column: Int) -> Rect {
    let top = (isBottomUp ? count - 1 - row : row) * pitch
    let (first, end) = ((top + 1) / 2, (top + pitch) / 2)
    return Rect(
      column: area.column + labels + column * columns, row: area.row + keyRows + first, columns: columns,
      rows: end - first)
  }

  /// Whether cells end in the middle of rows.
  var hasHalves: Bool { !pitch.isMultiple(of: 2) }

  /// The rows of the screen, with the query in the upper and in the lower half of each; nil below the last.
  var halves: [(row: Int, upper: Int?, lower: Int?)] {
    func query(_ half: Int) -> Int? {
      let line = half / pitch
      return line < count ? (isBottomUp ? count - 1 - line : line) : nil
    }
    return (0..<(count * pitch + 1) / 2).map { (area.row + keyRows + $0, query($0 * 2), query($0 * 2 + 1)) }
  }

  /// The row and the column of the cell that lies at a point.
  func cell(at point: Point) -> (row: Int, column: Int)? {
    let (x, y) = (point.column - area.column - labels, point.row - area.row - keyRows)
    guard x >= 0, y >= 0 else { return nil }
    let (column, row) = (x / columns, y * 2 / pitch)
    return row < count && column < columnCount ? (isBottomUp ? count - 1 - row : row, column) : nil
  }

  /// Draws the name of a key above its column, or turned where it would not fit there.
  func drawKey(_ name: String, _ column: Int, style: Style, glyphs: GlyphSet, on canvas: inout Canvas) {
    let left = area.column + labels + column * columns
    guard keyRows > 1 else {
      // In a narrow column the sign of a cut takes a letter's place.
      let room = columns - 1
      canvas.draw(
        room < 6 ? name : Words.cut(name, to: room, glyphs: glyphs), column: left, row: area.row, style: style,
        width: room, glyphs: glyphs)
      return
    }
    let letters = name.prefix(keyRows)
    for (index, letter) in letters.enumerated() {
      let isCut = index == keyRows - 1 && name.count > keyRows
      canvas.draw(
        isCut ? Signs(glyphs: glyphs).ellipsis : String(letter), column: left,
        row: area.row + keyRows - letters.count + index,
        style: style, width: columns, glyphs: glyphs)
    }
  }
}
