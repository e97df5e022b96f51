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
    let place = state.training.ground == .sentence ? "on the sentence above" : "the mean over \(state.measuredWords)"
    return [
      "Training on labelled sentences, and how far each head's attention has changed: \(what) before and after, \(place). "
        + "Numbers [layer \(layers), head \(heads)]",
      "Training, and how far each head has changed: \(what), \(place).",
      "Training, and how far each head has changed",
    ]
  }

  static func detail(_ state: State, _ appearance: Appearance) -> [String] {
    TrainingDetail(state: state, appearance: appearance).wordings
  }

  static func formula(_ state: State) -> [String] {
    guard let change = state.shownChange else { return ["1 - cosine(before, after)", "1 - cosine"] }
    guard change.changed > 0 else { return ["\(state.model.layers * state.model.heads) heads: change 0", "change 0"] }
    let value = change.change(of: state.head, by: state.training.measure)
    switch state.training.measure {
    case .cosine: return state.formula("1 - cosine", value)
    case .largest: return state.formula("max |B - A|", value)
    }
  }

  static func legend(_ state: State) -> Legend? {
    guard state.learning?.snapshot != nil else { return nil }
    let measure = state.training.measure == .cosine ? "(1 - cosine)" : "largest difference"
    return Legend(low: "0", high: Words.difference(state.topOfChange), scopes: ["change \(measure)", "change"])
  }

  static func draw(_ state: State, _ appearance: Appearance, in area: Rect, on canvas: inout Canvas) {
    TrainingView(state: state, appearance: appearance, area: area).draw(on: &canvas)
  }

  static func press(
    at point: Point, isDouble: Bool, _ state: State, _ appearance: Appearance, in area: Rect
  ) -> Resolution {
    let layout = TrainingLayout(area, state, appearance)
    let grids = [(layout.grid, ChangeGrid.Number.change)] + (layout.importance.map { [($0, .importance)] } ?? [])
    let heads = grids.lazy.compactMap { area, number in
      ChangeGrid(state: state, appearance: appearance, area: area, number: number).head(at: point)
    }
    guard let head = heads.first else { return change(at: point, isDouble, state, appearance, in: layout.list) }
    return isDouble && head == state.head ? state.openTrained : .action(.selectHead(head))
  }

  /// A line of the list marks its head and its pair, and opens them when it is pressed twice.
  private static func change(
    at point: Point, _ isDouble: Bool, _ state: State, _ appearance: Appearance, in list: Rect?
  ) -> Resolution {
    guard let list, let pair = ChangeList(state: state, appearance: appearance, area: list).pair(at: point) else {
      return .ignored
    }
    let isMarked = pair.head == state.head
    if isMarked, pair.query == state.query, pair.key == state.key { return isDouble ? state.openTrained : .ignored }
    return .action(isMarked ? .selectPair(query: pair.query, key: pair.key) : .selectHead(pair.head))
  }
}

extension State {
  /// What the brightest colour of the grid of change stands for: never so little that rounding would be bright.
  var topOfChange: Float {
    Float(max(shownChange?.largest(by: exploration.training.measure) ?? 0, 0.1))
  }
}

extension TrainingLayout {
  fileprivate init(_ area: Rect, _ state: State, _ appearance: Appearance) {
    let panel = TaskPanel(state: state, appearance: appearance)
    self.init(
      area, state, factRows: HeadFacts(state: state, appearance: appearance).lines.count,
      wordRows: { panel.lines(columns: $0, room: $1).count })
  }
}

/// The task, the curve, the grids of change and of importance, and what there is to say of heads.
struct TrainingView {
  let state: State
  let appearance: Appearance
  let area: Rect

  func draw(on canvas: inout Canvas) {
    let layout = TrainingLayout(area, state, appearance)
    TaskPanel(state: state, appearance: appearance).draw(in: layout.words, on: &canvas)
    if let curve = layout.curve {
      LearningCurve(state: state, appearance: appearance, area: curve).draw(on: &canvas)
    }
    ChangeGrid(state: state, appearance: appearance, area: layout.grid).draw(on: &canvas)
    if let importance = layout.importance {
      ChangeGrid(state: state, appearance: appearance, area: importance, number: .importance).draw(on: &canvas)
    }
    if let facts = layout.facts { HeadFacts(state: state, appearance: appearance).draw(in: facts, on: &canvas) }
    if let list = layout.list {
      ChangeList(state: state, appearance: appearance, area: list).draw(on: &canvas)
    }
  }
}
