import Canvas

/// The screens of the explorer, in the order of their digits.
public enum ViewID: String, Sendable, CaseIterable {
  case grid, head

  public var title: String {
    switch self {
    case .grid: "Grid"
    case .head: "Head"
    }
  }

  /// What is on the screen, with its shapes, from long to short.
  func explanation(_ state: State) -> [String] {
    let (layers, heads, tokens) = (state.model.layers, state.model.heads, state.positions)
    switch self {
    case .grid:
      return [
        "All heads of all layers: which query (down) attends to which key (across). "
          + "Probabilities [layer \(layers), head \(heads), query \(tokens), key \(tokens)]",
        "All heads of all layers: which query (down) attends to which key (across).",
        "All heads: queries down, keys across",
      ]
    case .head:
      return [
        "One head: how much of its attention each query (down) gives to each key (across); a query's cells sum to 1. "
          + "Probabilities [query \(tokens), key \(tokens)]",
        "One head: how much attention each query (down) gives to each key (across).",
        "One head: queries down, keys across",
      ]
    }
  }

  /// A line in words about what is marked or has changed, from long to short.
  func detail(_ state: State, _ appearance: Appearance) -> [String] {
    switch self {
    case .grid: GridDetail(state: state, appearance: appearance).wordings
    case .head: HeadDetail(state: state, appearance: appearance).wordings
    }
  }

  /// Whether another sentence of the batch is computed beside the one that is shown.
  var showsTwoSentences: Bool {
    switch self {
    case .grid, .head: false
    }
  }

  /// What has to be worked out for the view.
  func analyses(_ state: State) -> [Analysis] {
    switch self {
    case .grid, .head: []
    }
  }

  /// Draws the view into `area`.
  func draw(_ state: State, _ appearance: Appearance, in area: Rect, on canvas: inout Canvas) {
    switch self {
    case .grid: GridView(state: state, appearance: appearance, area: area).draw(on: &canvas)
    case .head: HeadView(state: state, appearance: appearance, area: area).draw(on: &canvas)
    }
  }

  /// What the view does with keys and the mouse; `area` is where it is drawn.
  func controls(_ state: State, _ appearance: Appearance, in area: Rect) -> any ViewControls {
    switch self {
    case .grid: GridControls(state: state, appearance: appearance, area: area)
    case .head: HeadControls(state: state, appearance: appearance, area: area)
    }
  }
}

/// What keys and the mouse mean to a view.
protocol ViewControls {
  /// Nil where the command means the same in every view, or nothing.
  func resolve(_ command: Command) -> Resolution?
  /// A press of the mouse inside the view; `isDouble` for the second of two.
  func press(at point: Point, isDouble: Bool) -> Resolution
}
