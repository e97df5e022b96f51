import Canvas

/// All heads of all layers.
enum GridContent: ViewContent {
  static let title = "Grid"
  static let summary = "all layers and heads"

  static func explanation(_ state: State) -> [String] {
    let (layers, heads, tokens) = (state.model.layers, state.model.heads, state.positions)
    return [
      "All heads of all layers: which query (down) attends to which key (across). "
        + "Probabilities [layer \(layers), head \(heads), query \(tokens), key \(tokens)]",
      "All heads of all layers: which query (down) attends to which key (across).",
      "All heads: queries down, keys across",
    ]
  }

  static func detail(_ state: State, _ appearance: Appearance) -> [String] {
    GridDetail(state: state, appearance: appearance).wordings
  }

  static func draw(_ state: State, _ appearance: Appearance, in area: Rect, on canvas: inout Canvas) {
    GridView(state: state, appearance: appearance, area: area).draw(on: &canvas)
  }

  static func controls(_ state: State, _ appearance: Appearance, in area: Rect) -> any ViewControls {
    GridControls(state: state, appearance: appearance, area: area)
  }
}
