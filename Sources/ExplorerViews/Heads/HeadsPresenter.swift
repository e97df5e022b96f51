import Activations
import Canvas
import Explorer
import Insights
import UserInput

extension HeadsDrawing {
  static func formula(_ state: State) -> [String] {
    state.shownSurvey.map { SurveyDrawing.formula(state, $0) } ?? state.headsFormula
  }

  static func present(_ presenter: ViewPresenter, on canvas: inout Canvas) -> Bool {
    if let survey = presenter.state.shownSurvey { return presenter.drawSurvey(survey, on: &canvas) }
    return presenter.drawHeads(on: &canvas)
  }
}

extension ViewPresenter {
  /// The table of heads as a few large lines around the marked one.
  fileprivate func drawHeads(on canvas: inout Canvas) -> Bool {
    let rows = state.sorted(state.headRows)
    guard glyphs == .unicode, !rows.isEmpty, area.rows >= BigText.rows else { return false }
    let room = area.rows / BigText.rows
    let head = state.markedHead
    let marked = rows.firstIndex { $0.index == head } ?? 0
    let first = min(max(marked - room / 2, 0), max(rows.count - room, 0))
    let column = state.numberBeforeClass
    for (line, row) in rows[first..<min(first + room, rows.count)].enumerated() {
      let place = area.row + line * BigText.rows
      let isMarked = row.index == head
      let theme = presentation.theme
      let style = Style(
        foreground: appearance.depth == .none
          ? .standard : isMarked ? theme.foreground : theme.foreground.mixed(with: theme.background, share: 0.25))
      let name = "\(isMarked ? ">" : "") \(state.shortName(of: row.index))"
      BigText.draw(name, on: &canvas, column: area.column, row: place, width: 32, style: style, glyphs: glyphs)
      let number = row[column].map {
        column.isWhole ? column.words($0, width: 8) : column.isOfAttribution ? Words.small($0) : Words.fixed($0, 2)
      }
      let columns = number.flatMap { BigText($0)?.columns } ?? 0
      let end = area.endColumn - columns
      if let number, area.columns >= 60 {
        BigText.draw(number, on: &canvas, column: end, row: place, width: columns, style: style, glyphs: glyphs)
      }
      BigText.draw(
        row.pattern.name, on: &canvas, column: area.column + 33, row: place, width: max(end - area.column - 35, 8),
        style: style,
        glyphs: glyphs)
    }
    return true
  }
}

extension State {
  /// The column whose numbers are shown: the one that the table is sorted by, or else the entropy.
  var numberBeforeClass: HeadColumn {
    self.heads.column.isNumber ? self.heads.column : .entropy
  }

  fileprivate var headsFormula: [String] {
    let marked = markedHead
    guard let row = headRows.first(where: { $0.index == marked }) else { return [softmaxFormula("QKᵀ")] }
    let column = numberBeforeClass
    guard let number = row[column] else { return [row.pattern.name] }
    switch column {
    case .entropy: return formula("-Σ p ln p", number)
    default:
      let isDistance = column.statistic?.unit == .positions
      return formula(isDistance ? "Σ p × distance" : column.rawValue, number)
    }
  }
}
