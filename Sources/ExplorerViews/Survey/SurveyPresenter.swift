import Activations
import Canvas
import Explorer
import Survey
import UserInput

extension ViewPresenter {
  /// The table of a survey as a few large lines around the marked one. Maps and sentences are drawn as always.
  func drawSurvey(_ survey: ShownSurvey, on canvas: inout Canvas) -> Bool {
    let heads = state.surveyHeads(survey, filter: state.headFilter)
    guard glyphs == .unicode, state.exploration.survey.part == .table, !heads.isEmpty, area.rows >= BigText.rows else {
      return false
    }
    let room = area.rows / BigText.rows
    let head = state.markedHead
    let first = min(max((heads.firstIndex(of: head) ?? 0) - room / 2, 0), max(heads.count - room, 0))
    for (line, other) in heads[first..<min(first + room, heads.count)].enumerated() {
      let place = area.row + line * BigText.rows
      let isMarked = other == head
      let theme = presentation.theme
      let style = Style(
        foreground: appearance.depth == .none
          ? .standard : isMarked ? theme.foreground : theme.foreground.mixed(with: theme.background, share: 0.25))
      let name = "\(isMarked ? ">" : "") \(state.shortName(of: other))"
      BigText.draw(name, on: &canvas, column: area.column, row: place, width: 32, style: style, glyphs: glyphs)
      let number = state.surveyNumber.flatMap { survey.cell($0, other) }.map { cell in
        cell.isDifference ? Words.signed(cell.value, 2) : Words.fixed(cell.value, 2)
      }
      let columns = number.flatMap { BigText($0)?.columns } ?? 0
      let end = area.endColumn - columns
      if let number, area.columns >= 60 {
        BigText.draw(number, on: &canvas, column: end, row: place, width: columns, style: style, glyphs: glyphs)
      }
      let pattern = survey.pattern(other).map { visible($0.name, glyphs: glyphs) } ?? ""
      BigText.draw(
        pattern, on: &canvas, column: area.column + 33, row: place, width: max(end - area.column - 35, 8), style: style,
        glyphs: glyphs)
    }
    return true
  }
}
