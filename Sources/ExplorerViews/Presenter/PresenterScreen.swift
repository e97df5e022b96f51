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
    let presenter = ViewPresenter(
      state: state, appearance: appearance, presentation: presentation, area: frame.main)
    if !presenter.draw(on: &canvas) { state.view.drawing.draw(state, appearance, in: frame.main, on: &canvas) }
    drawFormula(on: &canvas)
    if state.textField != nil { PromptLine(state: state, appearance: appearance, frame: frame).draw(on: &canvas) }
  }

  /// Where one is, large; beside it, what the numbers depend on.
  private func drawPlace(on canvas: inout Canvas) {
    guard let row = frame.title else { return }
    let glyphs = appearance.glyphs
    let place = state.name(of: state.head)
    let room = frame.size.columns
    let isLarge = BigText.draw(
      place, on: &canvas, column: 0, row: row, width: room, style: Style(), glyphs: glyphs)
    let used = isLarge ? BigText(place)?.columns ?? place.count : place.count
    var words = [
      "mask \(state.maskMode.rawValue)", state.padTo.map { "pad \($0)" } ?? "pad off",
      (state.countFrom == 1 ? "counting from 1" : "counting from 0")
        + (state.computation?.isFinite == false ? "  " + OddValue.legend(glyphs) : ""),
    ]
    if state.exploration.showsAttribution {
      let y = AttributionWords(state: state, appearance: appearance).short
      words.insert(Words.cut(y, to: max(room - used - 2, 8), glyphs: glyphs), at: 0)
    }
    for (line, text) in words.enumerated() where used + 2 + text.count <= room {
      canvas.draw(text, column: room - text.count, row: row + line, style: Style(attributes: .bold), glyphs: glyphs)
    }
  }

  private func drawFormula(on canvas: inout Canvas) {
    guard let row = frame.formula else { return }
    let glyphs = appearance.glyphs
    let wordings = state.word.map { [$0] } ?? state.view.drawing.formula(state)
    let largest = wordings.first { BigText($0).map { $0.columns <= frame.size.columns } ?? false }
    guard let text = largest ?? wordings.first else { return }
    BigText.draw(
      text, on: &canvas, column: 0, row: row, width: frame.size.columns, style: Style(), glyphs: glyphs)
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
  /// The rows of presenter mode.
  init(presenting size: Size, _ state: State) {
    let hasHeadings = size.rows >= 16
    self.size = size
    title = hasHeadings ? 0 : nil
    tokens = 0
    values = nil
    explanation = nil
    detail = nil
    effects = 0..<0
    status = size.rows - 1
    hints = size.rows - 1
    formula = hasHeadings ? size.rows - BigText.rows : nil
    let top = hasHeadings ? BigText.rows + 1 : 0
    let area = Rect(
      column: 0, row: top, columns: size.columns, rows: (formula.map { $0 - 1 } ?? size.rows) - top)
    noteBox = NoteBox.place(state.forClass, in: area)
    guard let noteBox else {
      main = area
      return
    }
    main = noteBox.row == area.row ? area.inset(right: noteBox.columns) : area.inset(bottom: noteBox.rows)
  }
}
