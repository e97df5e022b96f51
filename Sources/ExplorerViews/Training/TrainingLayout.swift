import Canvas
import Explorer
import UserInput

/// Where the parts of the Train view lie; nil for those for which there is no room.
struct TrainingLayout {
  let words: Rect
  /// Loss and accuracy by step.
  let curve: Rect?
  let grid: Rect
  /// How much heads matter, under their change and as large.
  let importance: Rect?
  /// What was measured, in words.
  let facts: Rect?
  /// The heads that changed most.
  let list: Rect?

  /// - Parameters:
  ///   - wordRows: how many rows the task takes in so many columns, with room for so many.
  ///   - factRows: how many there are of what was measured.
  init(_ area: Rect, _ state: State, factRows: Int, wordRows: (_ columns: Int, _ room: Int) -> Int) {
    let hasImportance = state.headImportance != nil
    if area.columns >= 70, area.rows >= 9 {
      // Beside each other.
      let left = min(area.columns * 45 / 100, 76)
      let rows = min(wordRows(left, area.rows >= 26 ? 14 : max(area.rows - 8, 6)), area.rows)
      words = Rect(column: area.column, row: area.row, columns: left, rows: rows)
      let rest = area.rows - rows - 1
      curve =
        rest >= 4
        ? Rect(column: area.column, row: words.endRow + 1, columns: left, rows: min(rest, 24)) : nil
      let right = Rect(
        column: area.column + left + 2, row: area.row, columns: area.columns - left - 2, rows: area.rows)
      (grid, importance, facts, list) = Self.stack(
        right, layers: max(state.model.layers, 1), factRows, hasImportance)
      return
    }
    // One below the other: the grid first, because it is what is looked at.
    let gridRows = max(state.model.layers, 1) + 1
    let most = area.rows >= 18 ? 5 : area.rows - 2 >= gridRows - 1 ? 2 : area.rows >= 3 ? 1 : 0
    let rows = most > 2 ? wordRows(area.columns, most) : most
    words = Rect(column: area.column, row: area.row, columns: area.columns, rows: rows)
    let left = area.rows - rows
    let curveRows = left - gridRows >= 6 ? min(left - gridRows - 1, 8) : 0
    curve =
      curveRows > 0
      ? Rect(column: area.column, row: words.endRow, columns: area.columns, rows: curveRows) : nil
    let top = curve?.endRow ?? words.endRow
    let below = Rect(column: area.column, row: top, columns: area.columns, rows: max(area.endRow - top, 0))
    guard below.rows > gridRows + 1 else {
      (grid, importance, facts, list) = (below, nil, nil, nil)
      return
    }
    (grid, importance, facts, list) = Self.stack(below, layers: gridRows - 1, factRows, hasImportance)
  }

  /// So many rows the list of changes has, where there is only one grid.
  private static let listed = 5

  private typealias Stack = (grid: Rect, importance: Rect?, facts: Rect?, list: Rect?)

  /// The grids, as large as they go with room for words under them. Importance has none before it is known.
  private static func stack(_ area: Rect, layers: Int, _ factRows: Int, _ hasImportance: Bool) -> Stack {
    // A line of them comes and goes.
    let words = max(factRows, 2) + 1
    let cellRows = (1...3).reversed()
    let double = hasImportance ? cellRows.first { 2 * ($0 * layers + 1) + words + 3 <= area.rows } : nil
    let single = cellRows.first { $0 * layers + 1 + words + listed <= area.rows } ?? 1
    let rows = (double ?? single) * layers + 1
    var top = area.row
    func take(_ count: Int) -> Rect? {
      let room = min(count, area.endRow - top)
      guard room > 0 else { return nil }
      defer { top += room }
      return Rect(column: area.column, row: top, columns: area.columns, rows: room)
    }
    let grid = take(rows) ?? Rect(column: area.column, row: area.row, columns: area.columns, rows: 0)
    let importance = double == nil ? nil : take(rows)
    let facts = take(factRows)
    if area.endRow - top > listed { top += 1 }
    let list = area.endRow - top >= 2 ? take(area.endRow - top) : nil
    return (grid, importance, facts, list)
  }
}
