import Activations
import Canvas
import Explorer
import Survey
import UserInput

/// Which columns and which lines of the table of a survey are on the screen, and where.
struct SurveyTableLayout {
  /// A column and its place.
  struct Field {
    let column: SurveyColumn
    let start: Int
    let columns: Int
    var end: Int { start + columns }
  }

  /// The row that says what the numbers are of; nil where there is no room.
  let summary: Int?
  let header: Int
  let fields: [Field]
  let body: Rect
  /// Which of the listed heads are on the screen.
  let visible: Range<Int>

  private static let places = 8
  /// From this width on a column also says half of its interval; the one that is sorted by says all of it.
  static let withHalf = 14
  static let withInterval = 21

  init(state: State, survey: ShownSurvey, area: Rect, heads: [HeadIndex]) {
    let names = area.columns >= 70 ? 19 : area.columns >= 40 ? 12 : 8
    let chosen = state.exploration.survey.column
    let place = chosen.number.flatMap { survey.numbers.firstIndex(of: $0) }
    let room = max(area.columns - Self.places - names, 0)
    let wide = place != nil && room >= Self.withInterval ? Self.withInterval : 7
    let other = room >= 84 ? Self.withHalf : 7
    let others = max((room - (place == nil ? 0 : wide)) / other, 0)
    let count = min(others + (place == nil ? 0 : 1), survey.numbers.count)
    let first = min(max((place ?? 0) - count / 2, 0), survey.numbers.count - count)
    var fields = [Field(column: .place, start: area.column, columns: min(Self.places, area.columns))]
    var start = area.column + Self.places
    fields.append(Field(column: .pattern, start: start, columns: min(names, max(area.endColumn - start, 0))))
    start += names
    for number in survey.numbers.dropFirst(first).prefix(count) {
      let columns = min(.number(number) == chosen ? wide : other, max(area.endColumn - start, 0))
      guard columns >= 6 else { break }
      fields.append(Field(column: .number(number), start: start, columns: columns))
      start += columns
    }
    self.fields = fields
    summary = area.rows >= 4 ? area.row : nil
    header = area.row + (summary == nil ? 0 : 1)
    body = Rect(column: area.column, row: header + 1, columns: area.columns, rows: max(area.endRow - header - 1, 0))
    let marked = state.markedHead
    visible = GridLayout.visible(
      count: heads.count, around: heads.firstIndex(of: marked) ?? 0, room: body.rows)
  }

  func column(at point: Point) -> SurveyColumn? {
    guard point.row == header else { return nil }
    return fields.first { point.column >= $0.start && point.column < $0.end }?.column
  }

  /// Which of the listed heads lies under a point.
  func line(at point: Point) -> Int? {
    guard body.contains(point) else { return nil }
    let line = visible.lowerBound + point.row - body.row
    return visible.contains(line) ? line : nil
  }
}

/// All heads of a survey as lines of numbers, each with its interval where there is room. Colours say again what the numbers say.
struct SurveyTable {
  let state: State
  let appearance: Appearance
  let survey: ShownSurvey
  let area: Rect
  private let heads: [HeadIndex]
  private let layout: SurveyTableLayout
  private let marked: HeadIndex
  private let words: SurveyWords

  init(state: State, appearance: Appearance, survey: ShownSurvey, area: Rect) {
    self.state = state
    self.appearance = appearance
    self.survey = survey
    self.area = area
    heads = state.surveyHeads(survey, filter: state.headFilter)
    marked = state.markedHead
    layout = SurveyTableLayout(state: state, survey: survey, area: area, heads: heads)
    words = SurveyWords(survey, appearance)
  }

  func press(at point: Point, isDouble: Bool) -> Resolution {
    if let column = layout.column(at: point) {
      return column == state.exploration.survey.column
        ? HeadsKeys(state: state).resolve(.reverse) : SurveyKeys.sort(by: column)
    }
    guard let line = layout.line(at: point) else { return .ignored }
    let head = heads[line]
    guard isDouble, head == state.head else { return .action(.selectHead(head)) }
    return state.surveyNumber == nil ? .action(.show(.head)) : .action(.survey(.openSentences()))
  }

  func draw(on canvas: inout Canvas) {
    drawSummary(on: &canvas)
    for field in layout.fields { drawTitle(field, on: &canvas) }
    let painters = Dictionary(
      layout.fields.compactMap { field in
        field.column.number.map { ($0, survey.painter($0, state, appearance)) }
      }, uniquingKeysWith: { first, _ in first })
    for (line, head) in heads[layout.visible].enumerated() {
      for field in layout.fields {
        let row = layout.body.row + line
        switch field.column {
        case .place: drawPlace(head, field, at: row, on: &canvas)
        case .pattern: drawPattern(head, field, at: row, on: &canvas)
        case .number(let number):
          if let painter = painters[number] { draw(number, of: head, field, painter, at: row, on: &canvas) }
        }
      }
    }
  }

  private func drawSummary(on canvas: inout Canvas) {
    guard let row = layout.summary else { return }
    let signs = Signs(appearance)
    let remark = state.filterProblem ?? state.surveyRemark
    let filter = TokenText.plain(state.headFilter, glyphs: appearance.glyphs)
    let shown =
      filter.isEmpty ? "\(heads.count) heads" : "\(heads.count) of \(survey.shape.count) heads with \"\(filter)\""
    let column = state.exploration.survey.column
    let name = column.number.map { words.name($0) } ?? (column == .pattern ? "pattern" : "")
    let order = state.exploration.survey.isDescending ? "largest first" : "smallest first"
    let sorted = name.isEmpty ? "" : "sorted by \(name)" + (column.number == nil ? "" : ", \(order)")
    let meaning =
      column.number?.isAccuracy == true && survey.second == nil
      ? "+ above the baseline, - not, ~ noise" : survey.second == nil ? "" : "~ noise"
    let place =
      heads.firstIndex(of: marked).map { "line \($0 + 1)" } ?? (heads.isEmpty ? "none is like that; Esc shows all" : "")
    var wordings: [String] = []
    for scope in words.scopes {
      for parts in [
        [scope, remark ?? "", shown, sorted, meaning, place], [scope, remark ?? shown, sorted, meaning],
        [scope, remark ?? sorted, meaning], [scope, remark ?? sorted],
      ] {
        wordings.append(parts.filter { !$0.isEmpty }.joined(separator: signs.separator))
      }
    }
    wordings += words.scopes
    if let remark { wordings = wordings.filter { $0.contains(remark) } + [remark] }
    canvas.draw(
      Words.fitting(wordings, in: area.columns, glyphs: appearance.glyphs), column: area.column, row: row,
      style: Style(attributes: remark == nil ? [] : .bold), glyphs: appearance.glyphs)
  }

  private func drawTitle(_ field: SurveyTableLayout.Field, on canvas: inout Canvas) {
    let isSorted = field.column == state.exploration.survey.column
    let title =
      switch field.column {
      case .place: "head"
      case .pattern: "pattern"
      case .number(let number):
        TokenText.plain(
          field.columns >= SurveyTableLayout.withHalf ? number.name : number.shortTitle, glyphs: appearance.glyphs)
      }
    let signs = Signs(appearance)
    let sign = isSorted ? (state.exploration.survey.isDescending ? signs.descending : signs.ascending) : " "
    let text = Words.cut(title, to: field.columns - 1, glyphs: appearance.glyphs)
    let isNumber = field.column.number != nil
    let width = displayWidth(of: text, glyphs: appearance.glyphs)
    let start = isNumber ? field.end - 1 - width : field.start + (field.column == .place ? 1 : 0)
    canvas.draw(
      text + sign, column: start, row: layout.header, style: Style(attributes: isSorted ? [.bold, .reverse] : .dim),
      width: field.end - start, glyphs: appearance.glyphs)
  }

  private func nameStyle(_ head: HeadIndex) -> Style { Style(attributes: head == marked ? [.bold, .reverse] : []) }

  private func drawPlace(_ head: HeadIndex, _ field: SurveyTableLayout.Field, at row: Int, on canvas: inout Canvas) {
    canvas.draw(
      (head == marked ? Signs(appearance).marker : " ") + state.shortName(of: head), column: field.start, row: row,
      style: nameStyle(head), width: field.columns - 1, glyphs: appearance.glyphs)
  }

  /// The name, and how often it holds.
  private func drawPattern(_ head: HeadIndex, _ field: SurveyTableLayout.Field, at row: Int, on canvas: inout Canvas) {
    guard let pattern = survey.pattern(head) else { return }
    let name = visible(pattern.name, glyphs: appearance.glyphs)
    let share = survey.share(of: pattern).map { "\(Words.fixed($0 * 100, 0))%" }
    let wordings = (share.map { ["\(name) \($0)"] } ?? []) + [name]
    canvas.draw(
      Words.fitting(wordings, in: field.columns - 1, glyphs: appearance.glyphs), column: field.start, row: row,
      style: nameStyle(head), glyphs: appearance.glyphs)
  }

  private func draw(
    _ number: SurveyNumber, of head: HeadIndex, _ field: SurveyTableLayout.Field, _ painter: any ValuePainter,
    at row: Int, on canvas: inout Canvas
  ) {
    guard let cell = survey.cell(number, head) else {
      canvas.draw(Signs(appearance).dot, column: field.end - 2, row: row, style: Style(attributes: .dim))
      return
    }
    var style = appearance.hasHeatColors ? painter.style(cell.shade) : .plain
    if appearance.hasHeatColors {
      canvas.fill(
        Rect(column: field.start, row: row, columns: field.columns, rows: 1), with: Cell(base: " ", style: style))
    }
    if head == marked { style.attributes.insert(.bold) }
    let text = Words.fitting(wordings(cell, field), in: field.columns, glyphs: appearance.glyphs)
    let width = displayWidth(of: text, glyphs: appearance.glyphs)
    canvas.draw(
      text, column: field.end - width, row: row, style: style, width: field.columns, glyphs: appearance.glyphs)
  }

  /// A number with all of its interval, half of it, or none, and the sign of what is said of it.
  private func wordings(_ cell: SurveyCell, _ field: SurveyTableLayout.Field) -> [String] {
    let (number, sign) = (SurveyWords.number(cell), SurveyWords.sign(cell))
    let short = cell.isDifference ? Words.signed(cell.value, 2) : Words.number(cell.value, width: 4)
    let dash = appearance.glyphs == .unicode ? "–" : ".."
    let (low, high) = (SurveyWords.number(cell.interval.lowerBound), SurveyWords.number(cell.interval.upperBound))
    let whole = "\(number) \(low)\(dash)\(high)\(sign)"
    let half = "\(number) \(Signs(appearance).plusMinus)\(SurveyWords.number(cell.halfWidth))\(sign)"
    if field.columns >= SurveyTableLayout.withInterval { return [whole, half, short + sign] }
    return field.columns >= SurveyTableLayout.withHalf ? [half, short + sign] : [short + sign, short]
  }
}
