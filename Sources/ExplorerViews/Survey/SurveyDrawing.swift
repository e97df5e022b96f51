import Activations
import Canvas
import Explorer
import Survey
import UserInput

/// How Heads is drawn where it shows a corpus, and what it says in words.
struct SurveyDrawing {
  let state: State
  let appearance: Appearance
  let survey: ShownSurvey

  init(_ state: State, _ appearance: Appearance, _ survey: ShownSurvey) {
    self.state = state
    self.appearance = appearance
    self.survey = survey
  }

  private var facts: SurveyFacts { SurveyFacts(state: state, appearance: appearance, survey: survey) }

  /// What is on the screen, from long to short.
  static func explanation(_ state: State, _ survey: ShownSurvey) -> [String] {
    let words = SurveyWords(survey, glyphs: .ascii)
    let scope = survey.second == nil ? "Numbers of a \(words.scopes[0])" : words.scopes[1]
    let what = state.surveyNumber.map { ". \(words.name($0)): \(visible($0.meaning, glyphs: .ascii))" } ?? ""
    let short = words.scopes.last ?? ""
    guard state.exploration.view == .heads else { return ["\(scope)\(what)", scope, short] }
    switch state.exploration.survey.part {
    case .table:
      // What the numbers are of stands over the table, too.
      return ["\(scope)\(what)"] + (what.isEmpty ? [] : [String(what.dropFirst(2))])
        + ["R: a number by its name; Enter: its sentences; v: the map; o: the sentence", scope, short]
    case .map:
      return ["\(scope): arrows go to the next point, v is the table, o the sentence above again", scope, short]
    case .sentences: return ["\(scope): Enter opens a sentence in Head, Esc goes back", scope, short]
    }
  }

  /// What is marked, from long to short.
  var detail: [String] {
    if let remark = state.surveyRemark { return [remark] }
    let witnesses = state.surveyWitnesses
    guard state.exploration.view == .heads, state.exploration.survey.part == .sentences, !witnesses.isEmpty else {
      return facts.line
    }
    let marked = witnesses[state.markedSentence(of: witnesses.count)]
    let why =
      switch marked.role {
      case .strongest: "for it"
      case .against: "against it"
      case .sampled: "drawn by chance"
      }
    let identity = Words.cut(
      visible(marked.witness.sentence.identity, glyphs: appearance.glyphs), to: 24, glyphs: appearance.glyphs)
    let pair = MarkedText(marked.witness, appearance: appearance).pair?.first.map { ": \($0)" } ?? ""
    let value = SurveyWords.number(marked.witness.value)
    return [
      "\(why)\(pair), \(value), sentence \(identity)\(Signs(appearance).separator)Enter opens it in Head, Esc goes back",
      "\(why)\(pair), \(value)\(Signs(appearance).separator)Enter opens it in Head, Esc goes back",
      "Enter opens it in Head, Esc goes back", "Enter opens it",
    ]
  }

  /// The number of the marked head, and what it is compared with, for large letters.
  static func formula(_ state: State, _ survey: ShownSurvey) -> [String] {
    guard let number = state.surveyNumber, let cell = survey.cell(number, state.markedHead) else {
      return survey.pattern(state.markedHead).map { [visible($0.name, glyphs: .unicode)] } ?? []
    }
    let name = TokenText.plain(number.name, glyphs: .unicode)
    if let other = cell.other {
      return [
        "\(Words.fixed(other.mean, 2)) - \(Words.fixed(cell.figure.mean, 2)) = \(Words.signed(cell.value, 2))",
        "B - A = \(Words.signed(cell.value, 2))",
      ]
    }
    if let comparison = cell.figure.comparison {
      return [
        "\(name): \(Words.fixed(cell.value, 2)) - \(Words.fixed(comparison.baseline, 2))",
        "\(Words.fixed(cell.value, 2)) - \(Words.fixed(comparison.baseline, 2))",
      ]
    }
    return ["\(name) = \(Words.fixed(cell.value, 2))", name]
  }

  /// What the colours stand for.
  static func legend(_ state: State, _ survey: ShownSurvey) -> Legend? {
    if state.exploration.view == .heads {
      switch state.exploration.survey.part {
      case .map:
        let first = state.exploration.countFrom
        return Legend(low: "layer \(first)", high: "\(survey.shape.layers - 1 + first)", scope: "last layer")
      case .sentences: return nil
      case .table: break
      }
    }
    guard let number = state.surveyNumber else { return nil }
    let top = survey.top(number)
    let name = TokenText.plain(number.name, glyphs: .ascii)
    if survey.second != nil { return Legend(around: top, scopes: ["\(name), B - A", "B - A"]) }
    let scopes = number.isAccuracy ? ["\(name) above the baseline", "above the baseline", "above"] : [name]
    return Legend(low: "0", high: Words.fixed(Double(top), 2), scopes: scopes)
  }

  /// The room for what is listed, and the one for sentences about the marked head, where there is any.
  private func split(_ area: Rect) -> (main: Rect, side: Rect?) {
    guard area.columns >= 100, area.rows >= 8, state.exploration.survey.part != .sentences else { return (area, nil) }
    let columns = min(max(area.columns * 3 / 10, 38), 56)
    return (area.inset(right: columns + 2), area.inset(left: area.columns - columns))
  }

  func draw(in area: Rect, on canvas: inout Canvas) {
    let (main, side) = split(area)
    switch state.exploration.survey.part {
    case .table: SurveyTable(state: state, appearance: appearance, survey: survey, area: main).draw(on: &canvas)
    case .map:
      if let map = map(in: main) {
        map.draw(on: &canvas)
      } else {
        canvas.draw(
          Words.cut(
            "distances between heads were not computed for this survey", to: main.columns, glyphs: appearance.glyphs),
          column: main.column, row: main.row, style: Style(attributes: .dim), glyphs: appearance.glyphs)
      }
    case .sentences:
      SurveySentences(state: state, appearance: appearance, survey: survey, area: main).draw(on: &canvas)
    }
    if let side { facts.draw(in: side, on: &canvas) }
  }

  private func map(in area: Rect) -> SurveyMap? {
    SurveyMap(state: state, appearance: appearance, survey: survey, area: area)
  }

  func press(at point: Point, isDouble: Bool, in area: Rect) -> Resolution {
    let (main, _) = split(area)
    switch state.exploration.survey.part {
    case .table:
      return SurveyTable(state: state, appearance: appearance, survey: survey, area: main)
        .press(at: point, isDouble: isDouble)
    case .map:
      guard let head = map(in: main)?.head(at: point) else { return .ignored }
      return .action(isDouble && head == state.head ? .show(.head) : .selectHead(head))
    case .sentences:
      let list = SurveySentences(state: state, appearance: appearance, survey: survey, area: main)
      guard let line = list.sentence(at: point), let number = state.surveyNumber else { return .ignored }
      let witnesses = state.surveyWitnesses
      guard isDouble, line == state.markedSentence(of: witnesses.count) else {
        return .action(.survey(.markSentence(line)))
      }
      return .action(.survey(.visit(witnesses[line].visit(number, state.head))))
    }
  }
}

/// How the grid is drawn where it shows a number of a corpus.
struct SurveyGridDrawing {
  let state: State
  let appearance: Appearance
  let survey: ShownSurvey
  let number: SurveyNumber
  let area: Rect

  init?(_ state: State, _ appearance: Appearance, in area: Rect) {
    guard let (survey, number) = state.gridSurvey else { return nil }
    (self.state, self.appearance, self.survey, self.number, self.area) = (state, appearance, survey, number, area)
  }

  private var facts: SurveyFacts { SurveyFacts(state: state, appearance: appearance, survey: survey) }

  /// The room for the numbers, and the one for sentences about the marked head, where all heads leave any.
  private var rooms: (main: Rect, side: Rect?) {
    let side = min(max(area.columns * 3 / 10, 38), 56)
    let least = survey.shape.heads * 6 + 4
    guard area.columns - side - 2 >= least, area.rows >= 8 else { return (area, nil) }
    return (area.inset(right: side + 2), area.inset(left: area.columns - side))
  }

  private var grid: SurveyGrid {
    SurveyGrid(state: state, appearance: appearance, survey: survey, number: number, area: rooms.main)
  }

  /// Where the numbers lie.
  var layout: NumberGridLayout { NumberGridLayout(state: state, area: rooms.main) }

  func draw(on canvas: inout Canvas) {
    grid.draw(on: &canvas)
    if let side = rooms.side { facts.draw(in: side, on: &canvas) }
  }

  func press(at point: Point, isDouble: Bool) -> Resolution {
    guard let head = grid.head(at: point) else { return .ignored }
    return .action(isDouble && head == state.head ? .survey(.openSentences()) : .selectHead(head))
  }
}
