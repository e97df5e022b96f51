import Canvas
import Explorer
import UserInput

/// Where matrices between the same tokens lie side by side, with their names and a list under them.
struct MapLayout {
  /// The cells of each matrix.
  let matrices: [Rect]
  let cell: CellSize
  let cellColumns: Int
  /// Rows of the screen for a cell that is a number or a block.
  let cellRows: Int
  let labelColumns: Int
  /// Room for a matrix with its heading.
  let mapColumns: Int
  /// Rows for the names of the keys above the matrices.
  let header: Int
  /// The places of the queries.
  let queries: Range<Int>
  /// The places of the keys: the same, unless they are other tokens.
  let keys: Range<Int>
  let list: Rect?
  /// So many queries and keys are held together: a dot stands for a multiple of that. 1 where every pair is held.
  let step: Int

  private static let numberColumns = 6

  /// - Parameters:
  ///   - count: how many matrices.
  ///   - extent: how many tokens, on both axes.
  ///   - widest: how wide the longest of their names is.
  init(count: Int, area: Rect, extent: MatrixExtent, widest: Int, appearance: Appearance) {
    let (down, across) = (extent.queries, extent.keys)
    let labels = min(widest, 10, area.columns / 6) + 1
    labelColumns = labels
    let width = max((area.columns - labels - 2 * (count - 1)) / count, 1)
    var listRows = area.rows >= 12 ? min(max(area.rows / 3, 4), 16) : area.rows >= 8 ? 3 : 0
    // A shorter list, where every token then has a row of its own.
    if down > area.rows - 2 - listRows, across * 2 <= width, down <= area.rows - 2 - 3, area.rows >= 8 {
      listRows = area.rows - 2 - down
    }
    header = area.row + 1
    let rows = max(area.rows - 2 - listRows, 1)
    let dots = appearance.hasHalfBlocks ? 2 : 1
    var cell = CellSize.dot
    step = extent.step
    var pooling = extent.step
    if pooling > 1 {
      while (across + pooling - 1) / pooling > width || (down + pooling - 1) / pooling > rows * dots {
        pooling += extent.step
      }
      cell = .pooled(pooling)
    } else if across * MapLayout.numberColumns <= width, down <= rows {
      cell = .number
    } else if across * 2 <= width, down <= rows {
      cell = .block
    } else {
      while (across + pooling - 1) / pooling > width || (down + pooling - 1) / pooling > rows * dots { pooling += 1 }
      if pooling > 1 { cell = .pooled(pooling) }
    }
    self.cell = cell
    let isFull = cell == .number || cell == .block
    let isLarge = area.columns >= 150 && area.rows >= 30
    let largest = isLarge ? 16 : cell == .number ? 9 : 6
    // About as high as they are wide.
    let highest = isLarge ? min((min(width / across, largest) + 1) / 2, 8) : min(width / across, largest, 6) / 2
    let rowsOfCell = isFull ? max(min(rows / down, highest), 1) : 1
    cellRows = rowsOfCell
    let columnsOfCell =
      cell == .number
      ? min(width / across, largest) : cell == .block ? min(width / across, largest, rowsOfCell * 6) : 1
    cellColumns = columnsOfCell
    (queries, keys) = (0..<down, 0..<across)
    let columns = (across + pooling - 1) / pooling * columnsOfCell
    let rowsOfMatrix =
      isFull ? down * cellRows : ((down + pooling - 1) / pooling + dots - 1) / dots
    matrices = (0..<count).map { index in
      Rect(
        column: area.column + labels + index * (width + 2), row: area.row + 2, columns: min(columns, width),
        rows: min(rowsOfMatrix, rows))
    }
    let top = area.row + 2 + rowsOfMatrix + (area.rows >= 16 ? 1 : 0)
    list =
      listRows > 0
      ? Rect(column: area.column, row: top, columns: area.columns, rows: area.endRow - top) : nil
    mapColumns = width
  }

  /// How many tokens a dot stands for, on each axis.
  var pooling: Int { if case .pooled(let factor) = cell { max(factor, 1) } else { 1 } }

  /// Which pair of places lies under a point.
  func pair(at point: Point, appearance: Appearance) -> (query: Int, key: Int)? {
    guard let matrix = matrices.first(where: { $0.contains(point) }) else { return nil }
    let isFull = cell == .number || cell == .block
    let perRow = isFull ? 1 : pooling * (appearance.hasHalfBlocks ? 2 : 1)
    let query = (point.row - matrix.row) / cellRows * perRow
    let key = (point.column - matrix.column) / cellColumns * pooling
    return queries.contains(query) && keys.contains(key) ? (query, key) : nil
  }
}
