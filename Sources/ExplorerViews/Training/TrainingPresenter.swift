import Canvas
import Explorer
import UserInput

extension TrainingDrawing {
  static func present(_ presenter: ViewPresenter, on canvas: inout Canvas) -> Bool {
    presenter.drawTraining(on: &canvas)
  }
}

/// For a class: all heads as large as they go; beside them how far training is, how many sentences are right, and the curve.
extension ViewPresenter {
  private static let narrowest = 28

  fileprivate func drawTraining(on canvas: inout Canvas) -> Bool {
    guard area.columns >= 76, area.rows >= 13 else { return false }
    let columns = area.columns < 96 ? Self.narrowest : 38
    ChangeGrid(
      state: state, appearance: appearance, area: area.inset(right: columns + 2), isPresented: true
    ).draw(on: &canvas)
    let beside = area.inset(left: area.columns - columns)
    drawProgress(in: beside, on: &canvas)
    return true
  }

  private func drawProgress(in beside: Rect, on canvas: inout Canvas) {
    func big(_ text: String, row: Int) {
      BigText.draw(
        text, on: &canvas, column: beside.column, row: row, width: beside.columns, style: Style(), glyphs: glyphs)
    }
    func small(_ wordings: [String], row: Int) {
      canvas.draw(
        Words.fitting(wordings, in: beside.columns, glyphs: glyphs), column: beside.column, row: row,
        style: Style(attributes: .bold), glyphs: glyphs)
    }
    let scope = state.learning?.plan.scope ?? state.training.scope
    guard let learning = state.learning else {
      big(visible(state.training.task, glyphs: glyphs), row: beside.row)
      small(["Space trains \(scope.title)", scope.title], row: beside.row + 3)
      return
    }
    big("step \(learning.step)", row: beside.row)
    small(
      ["of \(learning.plan.steps): \(scope.title)", scope == .head ? "only the layer on top" : scope.title],
      row: beside.row + 3)
    var row = beside.row + 5
    if let (number, words) = accuracy(learning) {
      let isHuge = beside.rows >= 20
      if isHuge, let huge = BigText(number), glyphs == .unicode, huge.hugeColumns <= beside.columns {
        huge.drawHuge(on: &canvas, column: beside.column, row: row, style: Style(), glyphs: glyphs)
        row += BigText.hugeRows
      } else {
        big(number, row: row)
        row += BigText.rows
      }
      small(words, row: row)
      row += 2
    }
    guard beside.endRow - row >= 6 else { return }
    LearningCurve(
      state: state, appearance: appearance,
      area: Rect(
        column: beside.column, row: row, columns: beside.columns, rows: min(beside.endRow - row, 20))
    ).draw(on: &canvas)
  }

  /// How many sentences are right, and which ones: with heads off where some are.
  private func accuracy(_ learning: TrainingStatus) -> (number: String, words: [String])? {
    let off = state.interventions.ablations.count
    if off > 0, let found = state.performance {
      let on = Words.fixed(found.on.accuracy, 2)
      return (
        Words.fixed(found.off.accuracy, 2),
        ["right with \(Words.count(off, "head")) off; all on: \(on)", "\(Words.count(off, "head")) off; on: \(on)"]
      )
    }
    if let last = learning.heldOut.last {
      let count = state.taskAnswer?.description?.heldOut ?? 0
      return (
        Words.fixed(last.accuracy, 2),
        ["of \(Words.count(count, "held-out sentence")) right", "of \(count) held-out ones right"]
      )
    }
    return learning.points.last.map { (Words.fixed($0.accuracy, 2), ["of the batch right"]) }
  }
}
