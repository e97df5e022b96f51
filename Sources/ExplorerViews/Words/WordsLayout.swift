import Canvas
import Explorer
import UserInput

/// Where the similarities of all tokens lie, and the history of one of them.
struct WordsLayout {
  /// All tokens with all tokens; nil where there is room for one of both only.
  let map: Rect?
  /// A line for each hidden state.
  let history: Rect
  /// The hidden states that are on the screen.
  let states: Range<Int>

  private static let historyColumns = 44

  init(state: State, area: Rect) {
    let count = state.model.layers + 1
    if area.columns >= 72 {
      let columns = max(WordsLayout.historyColumns, min(area.columns * 2 / 5, 60))
      history = area.inset(left: area.columns - columns)
      map = area.inset(right: columns + 2)
    } else if area.rows >= 14 {
      map = Rect(
        column: area.column, row: area.row, columns: area.columns, rows: area.rows - min(count + 2, area.rows / 2))
      history = area.inset(top: area.rows - min(count + 2, area.rows / 2))
    } else {
      map = nil
      history = area
    }
    states = GridLayout.visible(count: count, around: state.hiddenState, room: max(history.rows - 2, 1))
  }

  /// Which hidden state's line lies under a point.
  func hiddenState(at point: Point) -> Int? {
    guard history.contains(point) else { return nil }
    let index = states.lowerBound + point.row - history.row - 2
    return states.contains(index) ? index : nil
  }
}
