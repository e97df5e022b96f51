import Canvas
import Explorer
import UserInput

/// How the Heads view is drawn, and what it says in words.
enum HeadsDrawing: ViewDrawing {
  static func explanation(_ state: State) -> [String] {
    if let survey = state.shownSurvey { return SurveyDrawing.explanation(state, survey) }
    let heads = state.model.layers * state.model.heads
    if state.exploration.showsAttribution { return importance(state, heads: heads) }
    let ceiling = "entropy in nats, at most ln n; distance in positions; the others are shares of the attention"
    return [
      "A line for each head. pair, rank: of the marked pair; the others are means over its queries: \(ceiling). Numbers [head \(heads), column \(state.numberColumns.count)]",
      "A line for each head. pair, rank: of the marked pair; \(ceiling).",
      "A line for each head: entropy in nats, distance in positions, shares.",
      "All heads in numbers",
    ]
  }

  /// The columns that come of gradients.
  private static func importance(_ state: State, heads: Int) -> [String] {
    let isTrained = state.learning?.snapshot != nil
    let forTask = isTrained ? "; for task: for the loss of held-out sentences, known while training stands still" : ""
    return [
      "A line for each head. Importance: |dy/dg| of a gate g on its output; imp./l2: as a part of its layer's norm; when off: "
        + "|y - y without it|\(forTask). Numbers [head \(heads), column \(state.numberColumns.count)]",
      "Importance: |dy/dg| of a gate g; /l2: as a part of its layer's; when off: |y - y without it|\(forTask)",
      "Importance: |dy/dg| of a gate g on a head; /l2: as a part of its layer's; when off: |y - y without it|",
      "impo |dy/dg|, i/l2 of its layer, off |y - y without it|", "impo, i/l2, off: for y",
    ]
  }

  static func detail(_ state: State, _ appearance: Appearance) -> [String] {
    switch state.surveyStatus {
    case .shown(let survey): SurveyDrawing(state, appearance, survey).detail
    case .missing(let reason): [reason]
    case .none, .reading: HeadsDetail(state: state, appearance: appearance).wordings
    }
  }

  static func legend(_ state: State) -> Legend? {
    if let survey = state.shownSurvey { return SurveyDrawing.legend(state, survey) }
    let rows = state.headRows
    let column = state.heads.column
    guard column != .place, column != .pattern, !rows.isEmpty else { return nil }
    return Legend(column: column, top: state.top(of: column, in: rows), hasOneCeiling: rows.haveOneCeiling)
  }

  static func draw(_ state: State, _ appearance: Appearance, in area: Rect, on canvas: inout Canvas) {
    switch state.surveyStatus {
    case .shown(let survey): SurveyDrawing(state, appearance, survey).draw(in: area, on: &canvas)
    case .reading(let reference):
      canvas.draw(
        Words.cut(
          "reading \(visible(reference.path, glyphs: appearance.glyphs))\(Signs(appearance).ellipsis)",
          to: area.columns,
          glyphs: appearance.glyphs), column: area.column, row: area.row, style: Style(attributes: .dim),
        glyphs: appearance.glyphs)
    case .none, .missing: HeadsView(state: state, appearance: appearance, area: area).draw(on: &canvas)
    }
  }

  static func press(
    at point: Point, isDouble: Bool, _ state: State, _ appearance: Appearance, in area: Rect
  ) -> Resolution {
    if let survey = state.shownSurvey {
      return SurveyDrawing(state, appearance, survey).press(at: point, isDouble: isDouble, in: area)
    }
    let rows = state.sorted(state.headRows)
    let marked = state.markedHead
    let layout = HeadsLayout(
      state: state, area: area, count: rows.count, marked: rows.firstIndex { $0.index == marked })
    if let column = layout.column(at: point) {
      return column == state.heads.column ? HeadsKeys(state: state).resolve(.reverse) : HeadsKeys.sort(by: column)
    }
    guard let line = layout.line(at: point) else { return .ignored }
    let head = rows[line].index
    return .action(isDouble && head == state.head ? .show(.head) : .selectHead(head))
  }
}

extension Legend {
  /// The colours of a column of numbers.
  init(column: HeadColumn, top: Float, hasOneCeiling: Bool) {
    guard column != .rank else {
      self.init(low: "last", high: "first", scope: "rank")
      return
    }
    let number = Words.fixed(Double(top), 2)
    guard column == .entropy else {
      self.init(low: "0", high: number, scopes: ["largest \(column.title)", column.title])
      return
    }
    self.init(low: "0", high: hasOneCeiling ? "\(number) = ln n" : "\(number) = largest ln n", scope: "entropy")
  }
}

extension [HeadRow] {
  /// Whether the entropy of even attention is the same in all layers, as far as it is shown: windows and blocked rows make it differ.
  var haveOneCeiling: Bool {
    let ceilings = map(\.statistics.entropyCeiling)
    return (ceilings.max() ?? 0) - (ceilings.min() ?? 0) < 0.005
  }
}
