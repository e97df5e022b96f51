import Canvas
import Explorer
import UserInput

/// Loss and accuracy by step: bars for the sentences that are learnt, signs for those that are held out. Bars and signs tell them
/// apart without colours.
struct LearningCurve {
  let state: State
  let appearance: Appearance
  let area: Rect

  private static let labelColumns = 5

  func draw(on canvas: inout Canvas) {
    guard area.rows >= 2, area.columns >= 12 else { return }
    let learning = state.learning
    let steps = max(learning?.plan.steps ?? state.taskAnswer?.description?.steps[state.training.scope] ?? 1, 1)
    let points = learning?.points ?? []
    let heldOut = learning?.heldOut ?? []
    let half = area.rows / 2
    let parts = [
      Rect(column: area.column, row: area.row, columns: area.columns, rows: half),
      Rect(column: area.column, row: area.row + half, columns: area.columns, rows: area.rows - half),
    ]
    let losses = (points + heldOut).map(\.loss).filter(\.isFinite)
    let plots = [
      Plot(
        title: "loss", top: max(losses.max() ?? 0, 0.1), steps: steps, trained: points.map { ($0.step, $0.loss) },
        heldOut: heldOut.map { ($0.step, $0.loss) }),
      Plot(
        title: "accuracy", top: 1, steps: steps, trained: points.map { ($0.step, $0.accuracy) },
        heldOut: heldOut.map { ($0.step, $0.accuracy) }),
    ]
    for (plot, part) in zip(plots, parts) { draw(plot, in: part, on: &canvas) }
  }

  fileprivate struct Plot {
    let title: String
    let top: Double
    let steps: Int
    let trained: [(step: Int, value: Double)]
    let heldOut: [(step: Int, value: Double)]
  }

  private var signs: Signs { Signs(appearance) }
  private var heldOutSign: String { appearance.glyphs == .unicode ? "◆" : "o" }

  private var trainedStyle: Style {
    appearance.depth == .none ? .plain : Style(foreground: Color(appearance.hasHeatColors ? 0x5F87D7 : 0x00CDCD))
  }
  /// Held-out sentences before a bar: lighter, so that the sign is seen.
  private static let onBar = Color(0xFFE0B0)
  private var heldOutStyle: Style {
    appearance.depth == .none
      ? Style(attributes: .bold)
      : Style(foreground: Color(appearance.hasHeatColors ? 0xFFAF5F : 0xCDCD00), attributes: .bold)
  }

  private func draw(_ plot: Plot, in part: Rect, on canvas: inout Canvas) {
    drawTitle(plot, in: part, on: &canvas)
    let body = Rect(
      column: part.column + Self.labelColumns, row: part.row + 1, columns: part.columns - Self.labelColumns,
      rows: part.rows - 1)
    guard body.rows > 0 else { return }
    let dim = Style(attributes: .dim)
    canvas.draw(Words.number(plot.top, width: 4), column: part.column, row: body.row, style: dim)
    if body.rows > 1 { canvas.draw("0", column: part.column, row: body.endRow - 1, style: dim) }
    for place in 0..<body.columns {
      let first = place * plot.steps / body.columns
      let end = max((place + 1) * plot.steps / body.columns, first + 1)
      bar(plot.mean(of: first..<end), top: plot.top, at: place, in: body, on: &canvas)
    }
    for point in plot.heldOut where point.value.isFinite {
      let place = min(point.step * body.columns / plot.steps, body.columns - 1)
      let share = min(max(point.value / plot.top, 0), 1)
      let row = Int(saturating: share * Double(body.rows), rule: .down) ?? 0
      let cell = Point(column: body.column + place, row: body.endRow - 1 - min(row, body.rows - 1))
      var style = heldOutStyle
      // On a bar, not in a hole of it.
      let behind = canvas[cell.column, cell.row]
      let isOnBar = behind.base == signs.levels.last?.value || behind.style.background == trainedStyle.foreground
      if appearance.hasHeatColors, isOnBar {
        style.background = trainedStyle.foreground
        style.foreground = Self.onBar
      }
      canvas.draw(heldOutSign, column: cell.column, row: cell.row, style: style, glyphs: appearance.glyphs)
    }
  }

  /// What bars and signs stand for, and the last number of each.
  private func drawTitle(_ plot: Plot, in part: Rect, on canvas: inout Canvas) {
    func parts(_ batch: String, _ heldOut: String) -> [(text: String, style: Style)] {
      let bar = appearance.glyphs == .unicode ? "▆" : "|"
      return [("\(plot.title) ", Style(attributes: .dim))]
        + (plot.trained.last.map { [("\(bar) \(Words.fixed($0.value, 2))\(batch) ", trainedStyle)] } ?? [])
        + (plot.heldOut.last.map { [("\(heldOutSign) \(Words.fixed($0.value, 2))\(heldOut)", heldOutStyle)] } ?? [])
    }
    let wordings = [parts(" batch", " held out"), parts("", " held out"), parts("", "")]
    func width(_ parts: [(text: String, style: Style)]) -> Int {
      parts.reduce(0) { $0 + displayWidth(of: $1.text, glyphs: appearance.glyphs) }
    }
    var column = part.column
    for (text, style) in wordings.first(where: { width($0) <= part.columns }) ?? parts("", "") {
      column += canvas.draw(
        text, column: column, row: part.row, style: style, width: max(part.endColumn - column, 0),
        glyphs: appearance.glyphs)
    }
  }

  private func bar(_ value: Double?, top: Double, at place: Int, in body: Rect, on canvas: inout Canvas) {
    guard let value, value.isFinite else { return }
    let levels = signs.levels
    let steps = levels.count - 1
    let height = max(
      Int(saturating: min(max(value / top, 0), 1) * Double(body.rows * steps), rule: .toNearestOrAwayFromZero) ?? 0, 1)
    for row in 0..<body.rows {
      let level = min(max(height - row * steps, 0), steps)
      guard level > 0 else { break }
      canvas[body.column + place, body.endRow - 1 - row] = Cell(base: levels[level], style: trainedStyle)
    }
  }
}

extension LearningCurve.Plot {
  /// The mean over some steps; nil where none of them was taken.
  fileprivate func mean(of steps: Range<Int>) -> Double? {
    // Points are in the order of steps, one for each, from 0.
    let some = trained[min(steps.lowerBound, trained.count)..<min(steps.upperBound, trained.count)]
    return some.isEmpty ? nil : some.reduce(0) { $0 + $1.value } / Double(some.count)
  }
}
