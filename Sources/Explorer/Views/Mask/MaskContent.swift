import Canvas

/// The attention mask: which query may attend to which key.
enum MaskContent: ViewContent {
  static let title = "Mask"
  static let summary = "which query may attend to which key: the matrix S(query, key), and its 0 and 1"
  static let marks: TokenMarks = [.query, .key]

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

  static func controls(_ state: State, _ appearance: Appearance, in area: Rect) -> any ViewControls {
    MaskControls(state: state, appearance: appearance, area: area)
  }
}
