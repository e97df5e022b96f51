import Activations
import Canvas
import Explorer
import Survey
import UserInput

/// The grid with a number of a corpus: of a relation, how far each head is above the best fixed offset.
struct SurveyGrid {
  let state: State
  let appearance: Appearance
  let survey: ShownSurvey
  let number: SurveyNumber
  private let layout: NumberGridLayout

  init(state: State, appearance: Appearance, survey: ShownSurvey, number: SurveyNumber, area: Rect) {
    self.state = state
    self.appearance = appearance
    self.survey = survey
    self.number = number
    layout = NumberGridLayout(state: state, area: area)
  }

  func head(at point: Point) -> HeadIndex? { layout.head(at: point) }

  func draw(on canvas: inout Canvas) {
    let area = layout.area
    canvas.draw(
      Words.fitting(title, in: area.columns, glyphs: appearance.glyphs), column: area.column, row: area.row,
      style: Style(attributes: .bold), glyphs: appearance.glyphs)
    if layout.header > 1 { layout.drawHeads(state, on: &canvas) }
    let painter = survey.painter(number, state, appearance)
    for line in layout.visibleLines {
      if !layout.isSorted { layout.drawLabel(line, state, on: &canvas) }
      for (place, head) in layout.lines[line].enumerated() {
        guard let rect = layout.rect(line: line, place: place) else { continue }
        draw(head, painter, in: rect, on: &canvas)
      }
    }
  }

  /// What the numbers are, and what their signs mean.
  private var title: [String] {
    let words = SurveyWords(survey, appearance)
    let name = words.name(number)
    let remark = state.surveyRemark.map { "; \($0)" } ?? ""
    if survey.second != nil {
      return [
        "\(name), B - A over the corpus: ~ may be noise, 0 is in the interval\(remark)",
        "\(name), B - A: ~ may be noise", "\(name), B - A", name,
      ]
    }
    guard number.isAccuracy, let baseline = baseline else {
      return words.scopes.map { "\(name) of every head, \($0)\(remark)" } + ["\(name) of every head", name]
    }
    return [
      "\(name): accuracy above the baseline \(baseline): + above, - not above, ~ may be noise\(remark)",
      "\(name) above \(baseline): + above, - not, ~ noise", "\(name): + above, - not, ~ noise", name,
    ]
  }

  /// The best fixed offset of the relation is the same for all heads.
  private var baseline: String? {
    for head in survey.heads {
      guard let comparison = survey.cell(number, head)?.figure.comparison else { continue }
      return "\(SurveyWords.number(comparison.baseline)) (always \(Words.offset(comparison.offset)))"
    }
    return nil
  }

  private func draw(_ head: HeadIndex, _ painter: any ValuePainter, in rect: Rect, on canvas: inout Canvas) {
    let isMarked = head == state.head
    let cell = survey.cell(number, head)
    let isQuiet = cell.map { $0.verdict == .noise || $0.verdict == .below } ?? true
    var style = appearance.hasHeatColors ? painter.style(cell?.shade) : Style(attributes: isQuiet ? .dim : [])
    if appearance.hasHeatColors { canvas.fill(rect, with: Cell(base: " ", style: style)) }
    if isMarked { style.attributes = appearance.hasHeatColors ? [.bold, .underline] : [.bold, .reverse] }
    let name = "\(head.layer + state.countFrom).\(head.head + state.countFrom)"
    let room = layout.isSorted && rect.rows == 1 ? max(rect.columns - name.count - 1, 4) : rect.columns
    let text = cell.map { SurveyWords.short($0, width: room) } ?? Signs(appearance).dot
    let row = rect.row + (rect.rows - 1) / 2
    if layout.isSorted {
      canvas.draw(name, column: rect.column, row: rect.row, style: style, width: rect.columns)
      let line = rect.rows > 1 ? rect.row + 1 : row
      canvas.draw(
        text, column: max(rect.endColumn - text.count, rect.column), row: line, style: style, width: rect.columns)
    } else {
      let marked = isMarked && rect.columns >= text.count + 2 ? "[\(text)]" : text
      canvas.draw(
        marked, column: rect.column + max((rect.columns - marked.count) / 2, 0), row: row, style: style,
        width: rect.columns, glyphs: appearance.glyphs)
    }
    guard isMarked, rect.column > layout.area.column else { return }
    let color = appearance.depth == .none ? Color.standard : HeatPainter.cursor
    canvas.draw(
      appearance.glyphs == .unicode ? "▐" : "[", column: rect.column - 1, row: row,
      style: Style(foreground: color, attributes: .bold), glyphs: appearance.glyphs)
  }
}
