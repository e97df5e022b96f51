import Canvas
import Explorer
import UserInput

/// How the Words view is drawn, and what it says in words.
enum WordsDrawing: ViewDrawing {
  static func explanation(_ state: State) -> [String] {
    let (states, tokens, hidden) = (state.model.layers + 1, state.positions, state.model.hiddenSize)
    return [
      "How similar the tokens' vectors are (cosine: 1 same direction, 0 unrelated), and what each layer makes of one of them. "
        + "Hidden states [state \(states), token \(tokens), hidden \(hidden)]",
      "How similar the tokens' vectors are (cosine), and what each layer makes of one of them.",
      "Similarity of the tokens' vectors, layer by layer",
    ]
  }

  static func detail(_ state: State, _ appearance: Appearance) -> [String] {
    WordsDetail(state: state, appearance: appearance).wordings
  }

  static func legend(_ state: State) -> Legend? { Legend(low: "-1", high: "+1", scope: "cosine", isDiverging: true) }

  static func draw(_ state: State, _ appearance: Appearance, in area: Rect, on canvas: inout Canvas) {
    WordsView(state: state, appearance: appearance, area: area).draw(on: &canvas)
  }

  static func press(
    at point: Point, isDouble: Bool, _ state: State, _ appearance: Appearance, in area: Rect
  ) -> Resolution {
    let controls = WordsControls(state: state)
    let layout = WordsLayout(state: state, area: area)
    if let index = layout.hiddenState(at: point) { return controls.hiddenState(index) }
    guard let map = layout.map, let tokens = state.encoding?.input.names else { return .ignored }
    let names = tokens.map { TokenText.plain($0, glyphs: appearance.glyphs) }
    let places = WordsView.mapLayout(names, in: map, appearance: appearance)
    return places.pair(at: point, appearance: appearance).map { controls.token($0.query) } ?? .ignored
  }
}
