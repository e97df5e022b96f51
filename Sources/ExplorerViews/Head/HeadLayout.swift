import Activations
import Canvas
import Explorer
import UserInput

/// Where one head's matrix, its labels, the bars of the chosen query and the other heads of the layer lie.
struct HeadLayout {
  let cell: CellSize
  /// All sizes of cells from large to small, and the present one.
  let sizes: CellSizes
  /// The size of one drawn cell (or dot) in columns; in rows it is `cellRows`, or half a row for dots.
  let cellColumns: Int
  let cellRows: Int
  /// Room for the names of the queries.
  let labelColumns: Int
  /// Rows for the names of the keys, and above them for words about pooling.
  let labelRows: Int
  /// Whether the first of the rows above the matrix says how many pairs a cell stands for.
  let saysPooling: Bool
  /// Positions that are on the screen.
  let queries: Range<Int>
  let keys: Range<Int>
  /// The cells of the matrix.
  let matrix: Rect
  /// The room for names, matrix and bars.
  let area: Rect
  /// The chosen query's row as a list of bars, on the right.
  let list: Rect?
  /// Of a long text, the whole head in small above that list, and its strongest pairs far apart below it.
  let whole: Rect?
  let far: Rect?
  /// The same as a strip under the matrix.
  let strip: Rect?
  /// All heads of the layer, where there is room beside this one.
  let layer: Rect?

  /// From this size on, the heads of the layer stand beside one.
  private static let large = Size(columns: 150, rows: 30)

  /// - Parameters:
  ///   - isPreview: beside the grid it is small, and all of it is shown.
  ///   - hasBars: whether the chosen query's row is shown as bars, too.
  init(state: State, appearance: Appearance, area whole: Rect, isPreview: Bool = false, hasBars: Bool = true) {
    func room(_ area: Rect) -> HeadRoom {
      HeadRoom(state: state, appearance: appearance, area: area, isPreview: isPreview, hasBars: hasBars)
    }
    let alone = room(whole)
    let parts = HeadLayout.split(whole)
    // The heads beside this one may not make its cells smaller.
    let isBeside =
      !isPreview && hasBars && state.view == .head && !state.showsSegments && state.model.heads > 1
      && parts.map { room($0.head).cell(state.zoom) == alone.cell(state.zoom) } == true
    let room = isBeside ? parts.map { room($0.head) } ?? alone : alone
    layer = isBeside ? parts?.layer : nil
    area = room.area
    cell = room.cell(state.zoom)
    let share = room.share(cell)
    labelColumns = room.labelColumns
    labelRows = share.labelRows
    saysPooling = room.saysPooling && HeadLayout.keysPerColumn(cell) > 1
    // A size that was chosen elsewhere may be smaller than any that is needed here.
    let all = room.sizes
    sizes = CellSizes(all: all.contains(cell) ? all : all + [cell], present: cell)

    let size = room.size(of: cell, in: share.cells)
    (cellColumns, cellRows) = (size.columns, size.rows)
    let perRow = HeadLayout.queriesPerRow(cell, appearance)
    let perColumn = HeadLayout.keysPerColumn(cell)
    queries = HeadLayout.visible(
      room.extent.queries, around: state.query, room: max(share.cells.rows / cellRows, 1) * perRow, step: perRow)
    keys = HeadLayout.visible(
      room.extent.keys, around: state.key, room: max(share.cells.columns / cellColumns, 1) * perColumn, step: perColumn)
    matrix = Rect(
      column: area.column + labelColumns, row: area.row + labelRows,
      columns: (keys.count + perColumn - 1) / perColumn * cellColumns,
      rows: (queries.count + perRow - 1) / perRow * cellRows)
    let listColumns = HeadRoom.listColumns
    let beside =
      share.hasList
      ? Rect(
        column: area.endColumn - listColumns + 2, row: area.row, columns: listColumns - 2, rows: area.rows) : nil
    let isPart = queries.count < room.extent.queries || keys.count < room.extent.keys
    let isLong = state.isLongText && state.view == .head
    let inSmall = isLong && isPart ? beside.flatMap { $0.top(WholeHead.rows(of: $0)) } : nil
    let pairs = isLong ? beside.flatMap { $0.bottom(FarPairsList.rows(of: $0)) } : nil
    list = beside?.inset(top: inSmall.map { $0.rows + 1 } ?? 0, bottom: pairs.map { $0.rows + 1 } ?? 0)
    (self.whole, far) = (inSmall, pairs)
    strip =
      share.stripRows == 0
      ? nil : Rect(column: matrix.column, row: matrix.endRow, columns: matrix.columns, rows: share.stripRows)
  }

  /// The room for one head, and beside it that for all heads of its layer; nil where there is too little.
  private static func split(_ area: Rect) -> (head: Rect, layer: Rect)? {
    guard area.columns >= large.columns, area.rows >= large.rows else { return nil }
    let columns = min(area.columns * 3 / 8, 112)
    return (area.inset(right: columns + 2), area.inset(left: area.columns - columns))
  }

  /// How many queries one row of the screen shows.
  static func queriesPerRow(_ cell: CellSize, _ appearance: Appearance) -> Int {
    let dots = appearance.hasHalfBlocks ? 2 : 1
    return switch cell {
    case .number, .block: 1
    case .dot: dots
    case .pooled(let factor): factor * dots
    }
  }

  static func keysPerColumn(_ cell: CellSize) -> Int {
    if case .pooled(let factor) = cell { max(factor, 1) } else { 1 }
  }

  /// The part that is shown where not all is. It moves on by halves, so that most steps of the crosshair change a few cells only.
  private static func visible(_ count: Int, around place: Int, room: Int, step: Int) -> Range<Int> {
    guard count > room else { return 0..<count }
    let half = max(room / 2, 1)
    let start = min(max(place - room / 4, 0) / half * half, count - room) / step * step
    return start..<min(start + room, count)
  }

  /// Which pair lies under a point.
  func pair(at point: Point, appearance: Appearance) -> (query: Int, key: Int)? {
    guard matrix.contains(point) else { return nil }
    let query = queries.lowerBound + (point.row - matrix.row) / cellRows * HeadLayout.queriesPerRow(cell, appearance)
    let key = keys.lowerBound + (point.column - matrix.column) / cellColumns * HeadLayout.keysPerColumn(cell)
    return queries.contains(query) && keys.contains(key) ? (query, key) : nil
  }
}

extension Rect {
  /// Its first rows; nil for none.
  fileprivate func top(_ rows: Int?) -> Rect? {
    rows.map { Rect(column: column, row: row, columns: columns, rows: $0) }
  }

  /// Its last rows; nil for none.
  fileprivate func bottom(_ rows: Int?) -> Rect? {
    rows.map { Rect(column: column, row: endRow - $0, columns: columns, rows: $0) }
  }
}
