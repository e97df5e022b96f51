import Activations
import Canvas
import Explorer
import UserInput

/// The rail of steps, what the present one is for, its formula, and a table (or the whole matrix) of its numbers.
struct StepsView {
  let state: State
  let steps: HeadSteps
  let area: Rect

  private var stage: StepStage { state.steps.stage }
  private var appearance: Appearance { steps.appearance }
  private var wording: StepWording { StepWording(steps: steps, isForAll: state.steps.showsAllQueries) }

  func draw(on canvas: inout Canvas) {
    guard area.rows > 0 else { return }
    drawRail(on: &canvas)
    var row = area.row + 1
    let lines = lines
    let main = area.inset(top: 1 + lines.count)
    for line in lines {
      canvas.draw(
        Words.cut(line.text, to: area.columns, glyphs: appearance.glyphs), column: area.column, row: row,
        style: line.style, glyphs: appearance.glyphs)
      row += 1
    }
    if state.steps.showsAllQueries {
      StepMatrices(steps: steps, state: state, area: main).draw(on: &canvas)
    } else {
      let table = table(in: main)
      table.draw(on: &canvas)
      if let below = matrices(below: table) {
        canvas.draw(
          "The same for all queries at once:", column: area.column, row: below.row - 1, style: Style(attributes: .dim),
          width: area.columns)
        StepMatrices(steps: steps, state: state, area: below).draw(on: &canvas)
      }
    }
  }

  // MARK: Layout

  private struct Line {
    var text: String
    var style: Style = .plain
  }

  /// What stands between the rail and the numbers; the first things to go where there is no room are the last here.
  private var lines: [Line] {
    var room = area.rows - 1 - min(steps.positions + 2, 5)
    func fitting(_ wordings: [String]) -> String {
      Words.fitting(wordings, in: area.columns, glyphs: appearance.glyphs)
    }
    var lines: [Line] = []
    if room > 0 {
      lines.append(Line(text: fitting(wording.goal(stage))))
      room -= 1
    }
    if room > 1 {
      lines.append(
        Line(
          text: fitting(wording.shapes(stage)), style: Style(attributes: .dim))
      )
      room -= 1
    }
    let formulas = wording.formulas(stage, columns: area.columns)
    if room > 0, !state.steps.showsAllQueries {
      let wanted = max(1, min(formulas.count, room - max(steps.positions - 3, 0)))
      for formula in formulas.prefix(wanted) { lines.append(Line(text: formula, style: Style(attributes: .bold))) }
      room -= wanted
    }
    // What there is to see takes two lines where these cost no key its line.
    let insight = StepInsight(steps: steps, state: state).wordings
    let spare = room - max(min(steps.positions, 12) - 3, 0)
    if let whole = insight.first, spare > 0 {
      let wrapped = Words.wrapped(whole, to: area.columns, glyphs: appearance.glyphs)
      let texts = wrapped.count <= min(spare, 2) ? wrapped : [fitting(insight)]
      lines += texts.map { Line(text: $0) }
      room -= texts.count
    }
    if room > max(steps.positions, 4) { lines.append(Line(text: "")) }
    return lines
  }

  private var main: Rect { area.inset(top: 1 + lines.count) }

  private func table(in main: Rect) -> StepTableView {
    StepTableView(table: StepTables(steps: steps, state: state).table(stage), appearance: appearance, area: main)
  }

  /// Where the table leaves room, the same for all queries.
  private func matrices(below table: StepTableView) -> Rect? {
    let used = table.area.row + table.rows + 2
    let rest = area.endRow - used
    guard rest >= 6, !state.steps.showsAllQueries, !state.showsRows, stage != .output else { return nil }
    return Rect(column: area.column, row: used, columns: area.columns, rows: rest)
  }

  // MARK: The rail

  /// Where the names of the steps stand; only the present one where there is no room for all.
  private var rail: [(stage: StepStage, name: String, start: Int)] {
    let signs = steps.signs
    for (gap, names) in [(3, true), (1, true), (1, false)] {
      var start = area.column
      var entries: [(stage: StepStage, name: String, start: Int)] = []
      for (index, stage) in StepStage.allCases.enumerated() {
        let isShown = stage == self.stage
        let name = names || isShown ? StepWording.name(stage, signs) : "\(index + 1)"
        let decorated = isShown ? " \(name) " : name
        entries.append((stage, decorated, start))
        start += displayWidth(of: decorated, glyphs: appearance.glyphs) + gap
      }
      if start - gap <= area.endColumn { return entries }
    }
    let index = (StepStage.allCases.firstIndex(of: stage) ?? 0) + 1
    return [(stage, "\(index)/\(StepStage.allCases.count) \(StepWording.name(stage, signs))", area.column)]
  }

  private func drawRail(on canvas: inout Canvas) {
    let entries = rail
    for (index, entry) in entries.enumerated() {
      let isShown = entry.stage == stage
      let used = canvas.draw(
        entry.name, column: entry.start, row: area.row, style: Style(attributes: isShown ? [.bold, .reverse] : []),
        width: area.endColumn - entry.start, glyphs: appearance.glyphs)
      let gap = index + 1 < entries.count ? entries[index + 1].start - entry.start - used : 0
      if gap > 0 {
        canvas.draw(
          steps.signs.chevron, column: entry.start + used + gap / 2, row: area.row, style: Style(attributes: .dim),
          glyphs: appearance.glyphs)
      }
    }
    let end = entries.last.map { $0.start + displayWidth(of: $0.name, glyphs: appearance.glyphs) } ?? area.column
    let query = Words.cut("query \(steps.queryName)", to: 20, glyphs: appearance.glyphs)
    let width = displayWidth(of: query, glyphs: appearance.glyphs)
    guard end + 2 + width <= area.endColumn else { return }
    canvas.draw(
      query, column: area.endColumn - width, row: area.row, style: Style(attributes: .bold), glyphs: appearance.glyphs)
  }

  func stage(at point: Point) -> StepStage? {
    guard point.row == area.row else { return nil }
    return rail.last { $0.start <= point.column && point.column < $0.start + $0.name.count }?.stage
  }

  /// What a click on the numbers means.
  func resolution(at point: Point) -> Resolution {
    let main = main
    let table = table(in: main)
    if let place = state.steps.showsAllQueries ? main : matrices(below: table), place.contains(point) {
      guard let pair = StepMatrices(steps: steps, state: state, area: place).pair(at: point) else { return .ignored }
      return .action(.selectPair(query: pair.query, key: pair.key ?? state.key))
    }
    guard let line = table.line(at: point) else { return .ignored }
    if stage == .output { return .action(.selectHead(HeadIndex(layer: state.head.layer, head: line))) }
    return .action(.selectPair(query: state.query, key: line))
  }
}
