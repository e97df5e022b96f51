import Activations
import Canvas
import Explorer
import UserInput

/// Where one head's matrix, its labels and the bars of the chosen query lie.
struct HeadLayout {
  let cell: CellSize
  /// The size of one drawn cell (or dot) in columns; in rows it is `cellRows`, or half a row for dots.
  let cellColumns: Int
  let cellRows: Int
  /// Room for the names of the queries.
  let labelColumns: Int
  /// Rows for the names of the keys.
  let labelRows: Int
  /// Positions that are on the screen.
  let queries: Range<Int>
  let keys: Range<Int>
  /// The cells of the matrix.
  let matrix: Rect
  /// The chosen query's row as a list of bars, on the right.
  let list: Rect?
  /// The same as a strip under the matrix.
  let strip: Rect?

  private static let listColumns = 26
  private static let shortestNumber = 5

  /// All sizes of cells from large to small for a number of positions.
  static func steps(positions: Int) -> [CellSize] {
    var steps: [CellSize] = [.number, .block, .dot]
    var factor = 2
    while factor < positions {
      steps.append(.pooled(factor))
      factor *= 2
    }
    return steps
  }

  /// - Parameters:
  ///   - isPreview: beside the grid it is small, and all of it is shown.
  ///   - hasBars: whether the chosen query's row is shown as bars, too.
  init(state: State, appearance: Appearance, area: Rect, isPreview: Bool = false, hasBars: Bool = true) {
    let positions = max(state.positions, 1)
    let tokens = state.encoding?.input.tokens ?? []
    let widest = tokens.map { displayWidth(of: TokenText.plain($0, glyphs: appearance.glyphs)) }.max() ?? 1
    let labels = max(min(max(widest, 3), 14, area.columns / 4), 1) + 1
    labelColumns = labels

    func room(list: Bool, strip: Int, header: Int) -> Size {
      Size(
        columns: area.columns - labels - (list ? HeadLayout.listColumns : 0), rows: area.rows - header - strip)
    }
    let hasRoomForList = !isPreview && hasBars && area.columns >= 76
    let stripRows = isPreview || !hasBars || area.rows < 8 ? 0 : area.rows < 16 ? 1 : 2
    let fitting = HeadLayout.steps(positions: positions).first { step in
      let header = HeadLayout.labelRows(step, widest: widest, area: area)
      return HeadLayout.fits(step, positions, in: room(list: false, strip: stripRows, header: header), appearance)
    }
    switch state.zoom {
    case .fixed(let step) where !isPreview: cell = step
    default: cell = fitting ?? .pooled(positions)
    }
    labelRows = HeadLayout.labelRows(cell, widest: widest, area: area)

    // The list of bars takes its room from what the matrix leaves over, or from a matrix that scrolls anyway.
    let full = room(list: false, strip: 0, header: labelRows)
    let needed = HeadLayout.columns(cell, positions)
    let hasList = hasRoomForList && (needed + HeadLayout.listColumns <= full.columns || needed > full.columns)
    let size = room(list: hasList, strip: hasList ? 0 : stripRows, header: labelRows)

    switch cell {
    case .number:
      cellColumns = max(HeadLayout.shortestNumber, min(max(widest + 1, 9), 12, size.columns / positions))
      cellRows = max(1, min(cellColumns / 2, 4, size.rows / positions))
    case .block: (cellColumns, cellRows) = (2, 1)
    case .dot, .pooled: (cellColumns, cellRows) = (1, 1)
    }
    let perRow = HeadLayout.queriesPerRow(cell, appearance)
    let perColumn = HeadLayout.keysPerColumn(cell)
    let visibleRows = max(size.rows / cellRows, 1) * perRow
    let visibleColumns = max(size.columns / cellColumns, 1) * perColumn
    queries = HeadLayout.visible(positions, around: state.query, room: visibleRows, step: perRow)
    keys = HeadLayout.visible(positions, around: state.key, room: visibleColumns, step: perColumn)
    matrix = Rect(
      column: area.column + labelColumns, row: area.row + labelRows,
      columns: (keys.count + perColumn - 1) / perColumn * cellColumns,
      rows: (queries.count + perRow - 1) / perRow * cellRows)
    list =
      hasList
      ? Rect(
        column: area.endColumn - HeadLayout.listColumns + 2, row: area.row, columns: HeadLayout.listColumns - 2,
        rows: area.rows) : nil
    strip =
      hasList || stripRows == 0
      ? nil : Rect(column: matrix.column, row: matrix.endRow, columns: matrix.columns, rows: stripRows)
  }

  private static func labelRows(_ cell: CellSize, widest: Int, area: Rect) -> Int {
    switch cell {
    case .number: 1
    case .block: max(1, min(widest, 8, area.rows / 4))
    case .dot, .pooled: 1
    }
  }

  private static func columns(_ cell: CellSize, _ positions: Int) -> Int {
    switch cell {
    case .number: positions * shortestNumber
    case .block: positions * 2
    case .dot: positions
    case .pooled(let factor): (positions + factor - 1) / factor
    }
  }

  private static func fits(_ cell: CellSize, _ positions: Int, in size: Size, _ appearance: Appearance) -> Bool {
    let perRow = queriesPerRow(cell, appearance)
    return columns(cell, positions) <= size.columns && (positions + perRow - 1) / perRow <= size.rows
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

  private static func visible(_ count: Int, around place: Int, room: Int, step: Int) -> Range<Int> {
    guard count > room else { return 0..<count }
    let start = min(max(place - room / 2, 0), count - room) / step * step
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
