import Canvas
import Explorer
import UserInput

/// Where the two columns of words, the lines between them and the bars of the marked query lie.
struct LinesLayout {
  /// Columns for the names on each side.
  let labels: Int
  /// The names of the queries end before it, those of the keys begin behind it.
  let field: Rect
  /// Queries that are on the screen.
  let queries: Range<Int>
  /// Keys that are on the screen: the same positions, unless they are other tokens.
  let keys: Range<Int>
  /// How many rows a word has.
  let pitch: Int
  /// The marked query's row as a list of bars, on the right.
  let list: Rect?

  private static let widestField = 64
  private static let listColumns = 26
  /// The most rows of a word: lines get no clearer by more.
  private static let mostRows = 3

  init(state: State, appearance: Appearance, area: Rect, hasBars: Bool) {
    let names = [false, true].compactMap { state.computation?.names(appearance.glyphs, areQueries: $0).widest }
    let widest = names.max() ?? 1
    let hasList = hasBars && area.columns >= 76
    let columns = area.columns - (hasList ? Self.listColumns : 0)
    labels = max(min(widest, 14, (columns - 4) / 3), 1)
    let rows = max(area.rows - 1, 1)
    let extent = MatrixExtent(state)
    pitch = min(max(rows / extent.largest, 1), Self.mostRows)
    let room = max(rows / pitch, 1)
    queries = GridLayout.visible(count: extent.queries, around: state.query, room: room)
    keys =
      extent.queries == extent.keys
      ? queries : GridLayout.visible(count: extent.keys, around: state.key, room: room)
    field = Rect(
      column: area.column + labels + 1, row: area.row + 1,
      columns: max(min(columns - 2 * labels - 2, Self.widestField), 1),
      rows: max(queries.count, keys.count) * pitch)
    list =
      hasList
      ? Rect(
        column: area.endColumn - Self.listColumns + 2, row: area.row, columns: Self.listColumns - 2, rows: area.rows)
      : nil
  }

  /// The row of a name on a side; nil where it is not on the screen.
  func row(of position: Int, among positions: Range<Int>) -> Int? {
    positions.contains(position) ? field.row + (position - positions.lowerBound) * pitch + (pitch - 1) / 2 : nil
  }

  /// The middle of a name on a side, in rows from the top of the lines; also where it is off the screen.
  func middle(of position: Int, among positions: Range<Int>) -> Double {
    Double((position - positions.lowerBound) * pitch + (pitch - 1) / 2) + 0.5
  }

  /// The query, or the key, whose name lies at a point.
  func name(at point: Point) -> (position: Int, isKey: Bool)? {
    guard point.row >= field.row, point.row < field.endRow else { return nil }
    let place = (point.row - field.row) / pitch
    if point.column < field.column, point.column >= field.column - labels - 1, place < queries.count {
      return (queries.lowerBound + place, false)
    }
    if point.column >= field.endColumn, point.column <= field.endColumn + labels, place < keys.count {
      return (keys.lowerBound + place, true)
    }
    return nil
  }
}
