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
    if let unit = state.wantedSegments, state.showsSegments {
      return [
        "One head between \(unit.rawValue): what the tokens of each (down) give on average to those of each other (across), together; "
          + "rows sum to 1.", "Attention of \(unit.rawValue) (down) to \(unit.rawValue) (across): rows sum to 1.",
        "One head between \(unit.rawValue)",
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
    if let reason = state.reasonAgainstSegments { return [reason] }
    return NormsDetail(state: state, appearance: appearance).wordings
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
    let room = DocumentRoom.chosen(state, appearance, in: area)
    if let room { drawDocument(state, appearance, in: room, on: &canvas) }
    let (area, hasBars) = (room?.picture ?? area, room?.isLarge ?? true)
    if appearance.presentation == nil, state.exploration.lines.isShown {
      LinesView(state: state, appearance: appearance, area: area, hasBars: hasBars).draw(on: &canvas)
    } else if let presentation = appearance.presentation {
      HeadPresenter(state: state, appearance: appearance, presentation: presentation, area: area).draw(on: &canvas)
    } else {
      HeadView(state: state, appearance: appearance, area: area, hasBars: hasBars).draw(on: &canvas)
    }
  }

  /// The running text, behind a line where it stands beside the head.
  private static func drawDocument(
    _ state: State, _ appearance: Appearance, in room: DocumentRoom, on canvas: inout Canvas
  ) {
    let document = room.document
    if document.column > room.picture.column {
      let bar = Signs(appearance).bar
      for row in document.row..<document.endRow {
        canvas.draw(
          bar, column: document.column - 1, row: row, style: Style(attributes: .dim), glyphs: appearance.glyphs)
      }
    }
    DocumentView(state: state, appearance: appearance, area: document)?.draw(on: &canvas)
  }

  static func press(
    at point: Point, isDouble: Bool, _ state: State, _ appearance: Appearance, in area: Rect
  ) -> Resolution {
    guard state.encoding != nil else { return .ignored }
    let isPresented = appearance.presentation != nil
    let room = DocumentRoom.chosen(state, appearance, in: area)
    let presenter = appearance.presentation.map {
      HeadPresenter(state: state, appearance: appearance, presentation: $0, area: area)
    }
    if let document = room?.document ?? presenter?.documentArea, document.contains(point) {
      return DocumentView(state: state, appearance: appearance, area: document)?.key(at: point)
        .map { .action(.selectPair(query: state.query, key: $0)) } ?? .ignored
    }
    let (area, hasBars) = (room?.picture ?? area, room?.isLarge ?? true)
    if state.exploration.lines.isShown {
      let picture = isPresented ? HeadPresenter.matrixArea(of: area, state, appearance.glyphs) : area
      return LinesView(state: state, appearance: appearance, area: picture, hasBars: !isPresented && hasBars).press(
        at: point)
    }
    let view = HeadView(
      state: state, appearance: appearance,
      area: isPresented ? HeadPresenter.matrixArea(of: area, state, appearance.glyphs) : area,
      hasBars: !isPresented && hasBars)
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
    let room = DocumentRoom.chosen(state, appearance, in: area)
    let area = room?.picture ?? area
    return HeadLayout(
      state: state, appearance: appearance,
      area: appearance.presentation == nil ? area : HeadPresenter.matrixArea(of: area, state, appearance.glyphs),
      hasBars: appearance.presentation == nil && room?.isLarge ?? true)
  }
}
