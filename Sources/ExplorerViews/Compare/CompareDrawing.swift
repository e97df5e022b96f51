import Canvas
import Explorer
import Insights
import UserInput

/// How the Compare view is drawn, and what it says in words.
enum CompareDrawing: ViewDrawing {
  static func explanation(_ state: State) -> [String] {
    guard state.hasPictureA else {
      return ["Two pictures side by side: one that is put aside, and what becomes of it.", "Two pictures side by side"]
    }
    let (layers, heads) = (state.model.layers, state.model.heads)
    // PAD that only one of both has is in neither picture.
    let tokens = state.headComparison?.positionsB.count ?? state.positions
    let queries = state.headComparison?.queriesB.count ?? state.queryPositions
    switch state.compareMode {
    case .tokens where state.comparedBase != nil:
      return [
        "A is the model without the adapter, B the same with it: queries down, keys across; B - A is what each pair got more or less. "
          + "Probabilities [query \(queries), key \(tokens)]",
        "A is the model without the adapter, B the same with it, B - A what it changed.",
        "A without, B with the adapter, B - A the change",
      ]
    case .tokens:
      return [
        "A was put aside, B is the present picture: queries down, keys across; B - A is what each pair got more or less. "
          + "Probabilities [query \(queries), key \(tokens)]",
        "A was put aside, B is the present picture, B - A what each pair got more or less.",
        "A put aside, B now, B - A the change",
      ]
    case .heads:
      return [
        "How like B every head of A is, PAD queries aside: the cosine of the two maps (1 = the same), and the largest change. "
          + "Numbers [layer \(layers), head \(heads)]",
        "How like B every head of A is: cosine of the two maps, and the largest change.", "All heads of A and B",
      ]
    }
  }

  static func detail(_ state: State, _ appearance: Appearance) -> [String] {
    CompareDetail(state: state, appearance: appearance).wordings
  }

  static func legend(_ state: State) -> Legend? {
    switch state.compareMode {
    case .tokens:
      return state.headComparison.flatMap { Legend(around: $0.top, scopes: ["B - A"]) }
    case .heads:
      let rows = state.comparedHeadRows
      guard !rows.isEmpty else { return nil }
      let colouring = HeadColouring(state)
      return Legend(low: "0", high: Words.difference(colouring.top(rows)), scope: "(\(colouring.name))")
    }
  }

  static func draw(_ state: State, _ appearance: Appearance, in area: Rect, on canvas: inout Canvas) {
    guard state.hasPictureA else { return drawInvitation(state, appearance, in: area, on: &canvas) }
    guard state.results[.pictureA] != nil, state.computation != nil else {
      canvas.draw(
        state.failure == nil ? "computing" + Signs(appearance).ellipsis : "", column: area.column, row: area.row,
        style: Style(attributes: .dim), glyphs: appearance.glyphs)
      return
    }
    switch state.compareMode {
    case .tokens: CompareTokensView(state: state, appearance: appearance, area: area).draw(on: &canvas)
    case .heads: CompareHeadsView(state: state, appearance: appearance, area: area).draw(on: &canvas)
    }
  }

  /// What to do where there is nothing to compare with.
  private static func drawInvitation(_ state: State, _ appearance: Appearance, in area: Rect, on canvas: inout Canvas) {
    let lines = [
      "Nothing is put aside yet.", "1. Press b: the present picture becomes A.",
      state.model.recorded == nil
        ? "2. Change anything: p padding, m mask, i sentence, M model, J K layer, H L head."
        : "2. Go to another head: J K layer, H L head; or M: another array of the file.",
      "3. See here what became of it: A, B, and B - A.",
    ]
    for (row, line) in lines.enumerated() where row < area.rows {
      canvas.draw(
        Words.cut(line, to: area.columns, glyphs: appearance.glyphs), column: area.column, row: area.row + row,
        style: Style(attributes: row == 0 ? .bold : []), glyphs: appearance.glyphs)
    }
  }

  static func press(
    at point: Point, isDouble: Bool, _ state: State, _ appearance: Appearance, in area: Rect
  ) -> Resolution {
    if state.compareMode == .heads {
      let view = CompareHeadsView(state: state, appearance: appearance, area: area)
      guard let head = view.head(at: point) else { return .ignored }
      return .action(isDouble && head == state.head ? .compare(.mode(.tokens)) : .selectHead(head))
    }
    guard let comparison = state.headComparison, let computation = state.computation else {
      return .ignored
    }
    let layout = MapLayout(
      count: CompareTokensView.count(in: area), area: area, extent: comparison.extent,
      widest: CompareTokensView.widest(computation, appearance), appearance: appearance)
    guard let pair = layout.pair(at: point, appearance: appearance) else { return .ignored }
    return .action(
      .selectPair(query: comparison.queriesB[pair.query], key: comparison.positionsB[pair.key]))
  }
}
