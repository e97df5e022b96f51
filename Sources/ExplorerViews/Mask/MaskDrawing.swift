import Canvas
import Explorer
import UserInput

/// How the Mask view is drawn, and what it says in words.
enum MaskDrawing: ViewDrawing {
  static func explanation(_ state: State) -> [String] {
    let tokens = state.positions
    let direction = state.maskView.isBottomUp ? "upwards" : "downwards"
    return [
      "The attention mask: 1 where a query (\(direction)) may attend to a key (across), 0 where it may not. "
        + "Mask [query \(tokens), key \(tokens)]; m: another mask.",
      "The attention mask: may a query (\(direction)) attend to a key (across)? 1 yes, 0 no.",
      "Attention mask: 1 may attend, 0 may not",
    ]
  }

  static func detail(_ state: State, _ appearance: Appearance) -> [String] {
    HeadSteps(state, appearance).map { MaskWording(steps: $0, state: state).detail } ?? []
  }

  static func legend(_ state: State) -> Legend? { nil }

  static func draw(_ state: State, _ appearance: Appearance, in area: Rect, on canvas: inout Canvas) {
    guard let steps = HeadSteps(state, appearance) else { return }
    MaskView(state: state, steps: steps, area: area).draw(on: &canvas)
  }

  static func press(
    at point: Point, isDouble: Bool, _ state: State, _ appearance: Appearance, in area: Rect
  ) -> Resolution {
    guard let steps = HeadSteps(state, appearance),
      let pair = MaskView(state: state, steps: steps, area: area).pair(at: point)
    else { return .ignored }
    return .action(.selectPair(query: pair.query, key: pair.key))
  }
}
