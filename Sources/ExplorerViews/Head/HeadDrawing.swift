import Activations
import Canvas
import Explorer
import UserInput

/// How the Head view is drawn, and what it says in words.
enum HeadDrawing: ViewDrawing {
  static func explanation(_ state: State) -> [String] {
    if state.showsNorms { return NormsDetail.explanation }
    if let number = state.visitedNumber {
      let name = TokenText.plain(number.name, glyphs: .ascii)
      return [
        "A sentence of the corpus, opened for \(name) of this head: queries down, keys across; Esc goes back to the list.",
        "A sentence of the corpus, for \(name); Esc goes back to the list.", "For \(name); Esc goes back to the list.",
      ]
    }
    if let attribution = AttributionDetail.explanation(state) { return attribution }
    if state.exploration.lines.isShown {
      return [
        "One head as lines: from each query (left) to the keys (right) that it attends to; the brighter, the more of its attention.",
        "Lines from queries (left) to keys (right): the brighter, the more attention.", "Lines from queries to keys",
      ]
    }
    let tokens = state.positions
    if let encoding = state.encoding, state.pictureFilter(encoding.input).isActive {
      return [
        "One head: how much of its attention each query (down) gives to each key (across); some tokens are hidden, so that "
          + "the cells on the screen do not sum to 1.",
        "Queries down, keys across; some tokens are hidden: rows do not sum to 1.",
        "One head; some tokens are hidden",
      ]
    }
    return [
      "One head: how much of its attention each query (down) gives to each key (across); a query's cells sum to 1. "
        + "Probabilities [query \(tokens), key \(tokens)]",
      "One head: how much attention each query (down) gives to each key (across).",
      "One head: queries down, keys across",
    ]
  }

  static func detail(_ state: State, _ appearance: Appearance) -> [String] {
    NormsDetail(state: state, appearance: appearance).wordings
      ?? AttributionDetail(state: state, appearance: appearance).pair
      ?? HeadDetail(state: state, appearance: appearance).wordings
  }

  static func formula(_ state: State) -> [String] {
    if state.attribution != nil { return AttributionWords.formula(state, hasPair: true) }
    // What a question hides is not given away here.
    guard let head = HeadPicture(onScreen: state), state.playback?.question?.isVeiled != true else {
      return [state.showsNorms ? HeadPicture.Quantity.length.formula : state.softmaxFormula("q·k")]
    }
    let formula = state.formula(of: head)
    guard let value = head.shown(head.query, head.key) else { return ["blocked by the mask → 0"] }
    return ["\(formula) = \(Words.fixed(Double(value), 2))", formula]
  }

  static func draw(_ state: State, _ appearance: Appearance, in area: Rect, on canvas: inout Canvas) {
    if appearance.presentation == nil, state.exploration.lines.isShown {
      LinesView(state: state, appearance: appearance, area: area).draw(on: &canvas)
    } else if let presentation = appearance.presentation {
      HeadPresenter(state: state, appearance: appearance, presentation: presentation, area: area).draw(on: &canvas)
    } else {
      HeadView(state: state, appearance: appearance, area: area).draw(on: &canvas)
    }
  }

  static func press(
    at point: Point, isDouble: Bool, _ state: State, _ appearance: Appearance, in area: Rect
  ) -> Resolution {
    guard state.encoding != nil else { return .ignored }
    let isPresented = appearance.presentation != nil
    if state.exploration.lines.isShown {
      let picture = isPresented ? HeadPresenter.matrixArea(of: area, state, appearance.glyphs) : area
      return LinesView(state: state, appearance: appearance, area: picture, hasBars: !isPresented).press(at: point)
    }
    let view = HeadView(
      state: state, appearance: appearance,
      area: isPresented ? HeadPresenter.matrixArea(of: area, state, appearance.glyphs) : area, hasBars: !isPresented)
    if let layer = view.layout.layer, layer.contains(point) {
      let beside = LayerHeadsLayout(state: state, appearance: appearance, area: layer)
      return beside.head(at: point).map { .action(.selectHead(HeadIndex(layer: state.head.layer, head: $0))) }
        ?? .ignored
    }
    guard let pair = view.pair(at: point) else { return .ignored }
    return .action(.selectPair(query: pair.query, key: pair.key))
  }

  static func cellSizes(_ state: State, _ appearance: Appearance, in area: Rect) -> CellSizes? {
    layout(state, appearance, in: area).sizes
  }

  private static func layout(_ state: State, _ appearance: Appearance, in area: Rect) -> HeadLayout {
    HeadLayout(
      state: state, appearance: appearance,
      area: appearance.presentation == nil ? area : HeadPresenter.matrixArea(of: area, state, appearance.glyphs),
      hasBars: appearance.presentation == nil)
  }
}
