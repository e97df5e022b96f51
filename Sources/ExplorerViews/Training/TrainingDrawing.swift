import Activations
import Canvas
import Explorer
import Insights
import UserInput

/// How the Train view is drawn, and what it says in words.
enum TrainingDrawing: ViewDrawing {
  static func explanation(_ state: State) -> [String] {
    let (layers, heads) = (state.model.layers, state.model.heads)
    let what = state.training.measure == .cosine ? "1 - cosine of its maps" : "the largest difference of a probability"
    return [
      "Training on labelled sentences, and how far each head's attention has changed: \(what) before and after, on the sentence above. "
        + "Numbers [layer \(layers), head \(heads)]",
      "Training, and how far each head has changed: \(what), on the sentence above.",
      "Training, and how far each head has changed",
    ]
  }

  static func detail(_ state: State, _ appearance: Appearance) -> [String] {
    TrainingDetail(state: state, appearance: appearance).wordings
  }

  static func formula(_ state: State) -> [String] {
    switch state.training.measure {
    case .cosine: ["change = 1 - cosine(before, after)", "1 - cosine"]
    case .largest: ["change = max |after - before|", "max |after - before|"]
    }
  }

  static func legend(_ state: State) -> Legend? {
    guard state.learning?.snapshot != nil else { return nil }
    return Legend(low: "0", high: Words.fixed(Double(state.topOfChange), 2), scope: "change")
  }

  static func draw(_ state: State, _ appearance: Appearance, in area: Rect, on canvas: inout Canvas) {
    TrainingView(state: state, appearance: appearance, area: area).draw(on: &canvas)
  }

  static func press(
    at point: Point, isDouble: Bool, _ state: State, _ appearance: Appearance, in area: Rect
  ) -> Resolution {
    let grid = ChangeGrid(state: state, appearance: appearance, area: TrainingLayout(area, state).grid)
    guard let head = grid.head(at: point) else { return .ignored }
    let isChanged = state.learning?.snapshot != nil
    return .action(isDouble && head == state.head ? .show(isChanged ? .compare : .head) : .selectHead(head))
  }
}

extension State {
  /// What the brightest colour of the grid of change stands for: never so little that rounding would be bright.
  var topOfChange: Float {
    Float(max(headChanges?.largest(by: exploration.training.measure) ?? 0, 0.1))
  }
}

/// Where the parts of the Train view lie.
struct TrainingLayout {
  /// The task and how training goes on.
  let words: Rect
  /// Loss and accuracy by step; nil where there is no room.
  let curve: Rect?
  let grid: Rect
  /// The heads that changed most; nil where there is no room.
  let list: Rect?

  init(_ area: Rect, _ state: State) {
    let gridRows = state.model.layers + 2
    if area.columns >= 70, area.rows >= 9 {
      // Beside each other.
      let left = min(area.columns * 45 / 100, 76)
      let wordRows = min(max(area.rows - 8, 6), area.rows >= 26 ? 12 : 9)
      words = Rect(column: area.column, row: area.row, columns: left, rows: min(wordRows, area.rows))
      let rest = area.rows - words.rows - 1
      curve =
        rest >= 4
        ? Rect(column: area.column, row: words.endRow + 1, columns: left, rows: min(rest, 22)) : nil
      let right = area.columns - left - 2
      let cellRows = max(min((area.rows - 2) / max(state.model.layers, 1), 3), 1)
      let large = area.rows >= 26 ? cellRows : 1
      let rows = min(state.model.layers * large + 2, area.rows)
      grid = Rect(column: area.column + left + 2, row: area.row, columns: right, rows: rows)
      let below = area.rows - rows - 1
      list =
        below >= 2 ? Rect(column: grid.column, row: grid.endRow + 1, columns: right, rows: below) : nil
      return
    }
    // One below the other: the grid first, because it is what is looked at.
    let wordRows = area.rows >= 18 ? 5 : area.rows >= 6 ? 2 : area.rows >= 3 ? 1 : 0
    words = Rect(column: area.column, row: area.row, columns: area.columns, rows: wordRows)
    let left = area.rows - wordRows
    let curveRows = left - gridRows >= 5 ? min(left - gridRows - 1, 8) : 0
    curve =
      curveRows > 0
      ? Rect(column: area.column, row: words.endRow, columns: area.columns, rows: curveRows) : nil
    let top = curve?.endRow ?? words.endRow
    grid = Rect(column: area.column, row: top, columns: area.columns, rows: max(area.endRow - top, 0))
    list = nil
  }
}

/// The task, the curve, and the grid of change.
struct TrainingView {
  let state: State
  let appearance: Appearance
  let area: Rect

  func draw(on canvas: inout Canvas) {
    let layout = TrainingLayout(area, state)
    TaskPanel(state: state, appearance: appearance, area: layout.words).draw(on: &canvas)
    if let curve = layout.curve {
      LearningCurve(state: state, appearance: appearance, area: curve).draw(on: &canvas)
    }
    ChangeGrid(state: state, appearance: appearance, area: layout.grid).draw(on: &canvas)
    if let list = layout.list {
      ChangeList(state: state, appearance: appearance, area: list).draw(on: &canvas)
    }
  }
}
