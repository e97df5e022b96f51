import Canvas
import Explorer
import UserInput

/// How the Grid view is drawn, and what it says in words.
enum GridDrawing: ViewDrawing {
  static func explanation(_ state: State) -> [String] {
    if let (survey, _) = state.gridSurvey { return SurveyDrawing.explanation(state, survey) }
    if let column = state.heads.gridColumn { return explanation(of: column, state) }
    if state.showsNorms { return NormsDetail.explanation }
    if let attribution = AttributionDetail.explanation(state) { return attribution }
    if state.isUntouched { return Welcome.reading }
    let (layers, heads, tokens) = (state.model.layers, state.model.heads, state.positions)
    let queries = state.queryPositions
    return [
      "All heads of all layers: which query (down) attends to which key (across). "
        + "Probabilities [layer \(layers), head \(heads), query \(queries), key \(tokens)]",
      "All heads of all layers: which query (down) attends to which key (across).",
      "All heads: queries down, keys across",
    ]
  }

  private static func explanation(of column: HeadColumn, _ state: State) -> [String] {
    if column.isOfAttribution {
      let what = "\(column.meaning), of every head"
      guard state.exploration.showsAttribution else { return ["\(what): d says what y is", "\(column.title): d"] }
      return ["\(what); v shows the next number", what, column.title]
    }
    if column.isOfPair {
      return [
        "\(column.meaning) in every head: arrows in Head mark another pair; v shows the next number. "
          + "Numbers [layer \(state.model.layers), head \(state.model.heads)]",
        "\(column.meaning) in every head; v shows the next number", "\(column.meaning) in every head", column.meaning,
      ]
    }
    let what = "\(column.meaning) of every head, a mean over its queries"
    return [
      "\(what); v shows the next number. Numbers [layer \(state.model.layers), head \(state.model.heads)]", what,
      "\(column.meaning) of every head",
    ]
  }

  static func legend(_ state: State) -> Legend? {
    if let (survey, _) = state.gridSurvey { return SurveyDrawing.legend(state, survey) }
    guard let column = state.heads.gridColumn else { return Legend(state) }
    let rows = state.headRows
    return Legend(column: column, top: state.top(of: column, in: rows), hasOneCeiling: rows.haveOneCeiling)
  }

  static func detail(_ state: State, _ appearance: Appearance) -> [String] {
    state.gridSurvey.map { SurveyDrawing(state, appearance, $0.survey).detail }
      ?? NormsDetail(state: state, appearance: appearance).wordings
      ?? AttributionDetail(state: state, appearance: appearance).head
      ?? GridDetail(state: state, appearance: appearance).wordings
  }

  static func formula(_ state: State) -> [String] {
    if let (survey, _) = state.gridSurvey { return SurveyDrawing.formula(state, survey) }
    return state.attribution == nil ? [state.softmaxFormula("QKᵀ")] : AttributionWords.formula(state, hasPair: false)
  }

  static func draw(_ state: State, _ appearance: Appearance, in area: Rect, on canvas: inout Canvas) {
    if let survey = SurveyGridDrawing(state, appearance, in: area) {
      survey.draw(on: &canvas)
    } else if let column = state.heads.gridColumn {
      NumberGridView(state: state, appearance: appearance, area: area, column: column).draw(on: &canvas)
    } else {
      GridView(state: state, appearance: appearance, area: area).draw(on: &canvas)
    }
  }

  static func press(
    at point: Point, isDouble: Bool, _ state: State, _ appearance: Appearance, in area: Rect
  ) -> Resolution {
    if let survey = SurveyGridDrawing(state, appearance, in: area) {
      return survey.press(at: point, isDouble: isDouble)
    }
    if state.heads.gridColumn == nil,
      GridLayout(state: state, appearance: appearance, area: area).preview?.contains(point) == true
    {
      return .action(.show(.head))
    }
    let head =
      state.heads.gridColumn == nil
      ? GridLayout(state: state, appearance: appearance, area: area).head(at: point)
      : NumberGridLayout(state: state, area: area).head(at: point)
    guard let head else { return .ignored }
    return .action(isDouble && head == state.head ? .show(.head) : .selectHead(head))
  }
}
