import Activations
import Canvas
import Explorer
import UserInput

/// The screen as a class sees it: the view as large as it goes, where one is in large letters, the formula of the moment at
/// the bottom, and nothing else.
struct PresenterScreen {
  let state: State
  let appearance: Appearance
  let presentation: Presentation
  let frame: Frame

  func draw(on canvas: inout Canvas) {
    drawPlace(on: &canvas)
    if frame.title != nil { TokenLine(state: state, appearance: appearance, frame: frame).draw(on: &canvas) }
    let presenter = ViewPresenter(
      state: state, appearance: appearance, presentation: presentation, area: frame.main)
    if !presenter.draw(on: &canvas) { state.draw(appearance, in: frame.main, on: &canvas) }
    if let row = frame.legend {
      LegendLine(state: state, appearance: appearance).draw(
        in: frame.inner.column..<frame.inner.endColumn, row: row, on: &canvas)
    }
    drawFormula(on: &canvas)
    // Notes speak of what padding and other changes did to the numbers: the class sees it, too.
    if !frame.effects.isEmpty { EffectLine(state: state, appearance: appearance, frame: frame).draw(on: &canvas) }
    if state.textField != nil { PromptLine(state: state, appearance: appearance, frame: frame).draw(on: &canvas) }
  }

  /// Where one is, large; beside it, what the numbers depend on.
  private func drawPlace(on canvas: inout Canvas) {
    guard let row = frame.title else { return }
    let glyphs = appearance.glyphs
    let marked = state.markedHead
    // The Words view shows a hidden state, which is of no head.
    let isOfState = state.view == .words
    let place = isOfState ? "state \(state.hiddenState)" : state.name(of: marked)
    let room = frame.inner.columns
    let pattern =
      isOfState
      ? (state.roleOfHiddenState.map { ": \($0)" } ?? "")
      : (state.pattern(of: marked)?.name ?? state.surveyOfView?.pattern(marked).map { visible($0.name, glyphs: glyphs) })
        .map { ": \($0)" } ?? ""
    let isLarge = BigText.draw(
      place, on: &canvas, column: frame.inner.column, row: row, width: room, style: Style(), glyphs: glyphs)
    var used = isLarge ? BigText(place)?.columns ?? place.count : place.count
    // The pattern is as large, where what the numbers depend on has room beside it.
    if isLarge, !pattern.isEmpty, let columns = BigText(pattern)?.columns, used + columns + 22 <= room {
      BigText.draw(
        pattern, on: &canvas, column: frame.inner.column + used, row: row, width: room - used,
        style: Style(attributes: .dim), glyphs: glyphs)
      used += columns
    }
    var words = [
      state.model.recorded?.hasMask == false ? "mask not known" : "mask \(state.maskMode.rawValue)",
      state.padTo.map { "pad \($0)" } ?? "pad off",
      (state.countFrom == 1 ? "counting from 1" : "counting from 0")
        + (state.computation?.isFinite == false ? "  " + OddValue.legend(glyphs) : ""),
    ]
    if let survey = state.surveyOfView { words = [SurveyWords(survey, appearance).scopes.last ?? "", words[2]] }
    if state.exploration.showsAttribution {
      let y = AttributionWords(state: state, appearance: appearance).short
      words.insert(Words.cut(y, to: max(room - used - 2, 8), glyphs: glyphs), at: 0)
    }
    for (line, text) in words.enumerated() where used + 2 + text.count <= room {
      canvas.draw(
        text, column: frame.inner.endColumn - text.count, row: row + line, style: Style(attributes: .bold),
        glyphs: glyphs)
    }
  }

  private func drawFormula(on canvas: inout Canvas) {
    guard let row = frame.formula else { return }
    let glyphs = appearance.glyphs
    let wordings = state.word.map { [$0] } ?? (state.obstacle == nil ? state.view.drawing.formula(state) : [])
    let largest = wordings.first { BigText($0).map { $0.columns <= frame.inner.columns } ?? false }
    guard let text = largest ?? wordings.first else { return }
    BigText.draw(
      glyphs == .unicode ? text : Formula.ascii(text), on: &canvas, column: frame.inner.column, row: row,
      width: frame.inner.columns, style: Style(), glyphs: glyphs)
  }
}

extension State {
  /// Questions are for the class; notes are for the speaker, who has them in another terminal.
  var forClass: State {
    var state = self
    state.playback?.note = nil
    return state
  }
}

extension Frame {
  /// The rows of presenter mode. A projector may cut the edges off: where there is room, they stay free.
  init(presenting size: Size, _ state: State) {
    let hasMargins = size.rows >= 24 && size.columns >= 60
    let hasHeadings = size.rows >= 16
    let inner = hasMargins ? Rect(size).inset(left: 2, top: 1, right: 2, bottom: 1) : Rect(size)
    self.size = size
    self.inner = inner
    title = hasHeadings ? inner.row : nil
    tokens = inner.row + (hasHeadings ? BigText.rows : 0)
    values = nil
    explanation = nil
    detail = nil
    status = size.rows - 1
    hints = size.rows - 1
    formula = hasHeadings ? inner.endRow - BigText.rows : nil
    legend = formula.map { $0 - 1 }
    let effects = legend.flatMap { state.effects(room: 1).isEmpty ? nil : $0 - 1..<$0 } ?? 0..<0
    self.effects = effects
    let area = inner.inset(
      top: tokens - inner.row + (hasHeadings ? 1 : 0),
      bottom: inner.endRow - (legend.map { $0 - effects.count } ?? inner.endRow))
    overlayColumns = 0
    noteBox = NoteBox.place(state.forClass, in: area)
    guard let noteBox else {
      main = area
      return
    }
    main = noteBox.row == area.row ? area.inset(right: noteBox.columns) : area.inset(bottom: noteBox.rows)
  }
}
