import Activations
import Canvas
import Explorer
import UserInput

/// The whole screen of a state, in what the terminal can show.
public func draw(_ state: State, appearance: Appearance, size: Size) -> Canvas {
  let canvas = drawUnpainted(state, appearance, size)
  // Without colours there is no paper to paint, and reverse and dim have to stay.
  guard let presentation = appearance.presentation, appearance.depth != .none else { return canvas }
  return canvas.painted(presentation.theme).readable(contrast: Theme.contrast)
}

private func drawUnpainted(_ state: State, _ appearance: Appearance, _ size: Size) -> Canvas {
  var canvas = Canvas(size: size)
  if appearance.presentation?.isBlank == true { return canvas }
  guard size.columns >= Frame.smallest.columns, size.rows >= Frame.smallest.rows else {
    drawTooSmall(on: &canvas)
    return canvas
  }
  if let browser = state.browser {
    SessionsView(state: state, browser: browser, appearance: appearance, size: size).draw(on: &canvas)
    return canvas
  }
  if state.entry?.isPalette == true {
    let frame = Frame(state: state, size: size)
    PaletteView(state: state, appearance: appearance, size: size).draw(on: &canvas)
    HintLine(state: state, appearance: appearance, frame: frame).draw(on: &canvas)
    PromptLine(state: state, appearance: appearance, frame: frame).draw(on: &canvas)
    return canvas
  }
  if let scroll = state.playback?.help {
    HelpView(size: size, glyphs: appearance.glyphs, first: .replay).draw(scroll: scroll, on: &canvas)
    HintLine(state: state, appearance: appearance, frame: Frame(state: state, size: size)).draw(on: &canvas)
    return canvas
  }
  let isVeiled = state.playback?.question?.isVeiled == true
  let state = state.asQuestioned
  let frame = Frame(state: state, appearance: appearance, size: size)
  if let presentation = appearance.presentation, state.overlay == nil {
    PresenterScreen(state: state, appearance: appearance, presentation: presentation, frame: frame).draw(on: &canvas)
    if isVeiled { canvas.veil(frame.main, appearance) }
    drawWaiting(state, appearance, frame, on: &canvas)
    if let noteBox = frame.noteBox {
      NoteBox(state: state.forClass, appearance: appearance).draw(in: noteBox, on: &canvas)
    }
    return canvas
  }
  switch state.overlay {
  case .help(let scroll):
    HelpView(size: size, glyphs: appearance.glyphs).draw(scroll: scroll, on: &canvas)
    drawMessage(state, appearance, on: &canvas)
  case .models(let marked):
    ModelsView(state: state, appearance: appearance, marked: state.markedModel(marked), size: size).draw(on: &canvas)
    drawMessage(state, appearance, on: &canvas)
  case nil, .interventions, .diagnosis:
    TitleLine(state: state, appearance: appearance, frame: frame).draw(on: &canvas)
    TokenLine(state: state, appearance: appearance, frame: frame).draw(on: &canvas)
    if let row = frame.explanation {
      canvas.draw(
        Words.fitting(
          state.explanation, in: size.columns - frame.overlayColumns, glyphs: appearance.glyphs),
        column: 0,
        row: row,
        style: Style(attributes: .dim), glyphs: appearance.glyphs)
    }
    state.draw(appearance, in: frame.main, on: &canvas)
    if isVeiled { canvas.veil(frame.main, appearance) }
    drawWaiting(state, appearance, frame, on: &canvas)
    if let noteBox = frame.noteBox { NoteBox(state: state, appearance: appearance).draw(in: noteBox, on: &canvas) }
    EffectLine(state: state, appearance: appearance, frame: frame).draw(on: &canvas)
    DetailLine(state: state, appearance: appearance, frame: frame).draw(on: &canvas)
    StatusLine(state: state, appearance: appearance, frame: frame).draw(on: &canvas)
    if state.overlay != nil { canvas.removeFinePictures() }
    if case .interventions(let marked) = state.overlay {
      InterventionsView(state: state, appearance: appearance, marked: marked, frame: frame).draw(on: &canvas)
    }
    if case .diagnosis(let marked) = state.overlay {
      DiagnosisView(state: state, appearance: appearance, marked: marked, frame: frame).draw(on: &canvas)
    }
  }
  HintLine(state: state, appearance: appearance, frame: frame).draw(on: &canvas)
  if state.overlay == nil || state.entry != nil {
    PromptLine(state: state, appearance: appearance, frame: frame).draw(on: &canvas)
  }
  return canvas
}

/// How far a long computation is that the screen waits for.
private func drawWaiting(_ state: State, _ appearance: Appearance, _ frame: Frame, on canvas: inout Canvas) {
  guard let progress = state.waiting else { return }
  canvas.removeFinePictures()
  WaitingBox(progress: progress, appearance: appearance).draw(in: frame.main, on: &canvas)
}

/// What a key over the whole screen has to say, above the hints.
private func drawMessage(_ state: State, _ appearance: Appearance, on canvas: inout Canvas) {
  guard let word = state.word else { return }
  let row = canvas.size.rows - 2
  canvas.fill(Rect(column: 0, row: row, columns: canvas.size.columns, rows: 1), with: .blank)
  canvas.draw(
    Words.cut(word, to: canvas.size.columns, glyphs: appearance.glyphs), column: 0, row: row,
    style: Style(attributes: .bold), glyphs: appearance.glyphs)
}

/// The view alone, without the lines around it.
public func drawBare(_ state: State, appearance: Appearance, size: Size) -> Canvas {
  var canvas = Canvas(size: size)
  guard size.columns >= Frame.smallest.columns, size.rows >= Frame.smallest.rows else {
    drawTooSmall(on: &canvas)
    return canvas
  }
  state.draw(appearance, in: Rect(canvas.size), on: &canvas)
  return canvas
}

/// The picture and what is said of it, for paper: without views to choose from, keys, and where a replay is.
public func drawOnPaper(_ state: State, appearance: Appearance, size: Size) -> Canvas {
  let isVeiled = state.playback?.question?.isVeiled == true
  var state = state.asQuestioned
  (state.playback, state.overlay, state.notice) = (nil, nil, nil)
  let whole = Size(columns: size.columns, rows: size.rows + 2)
  var canvas = Canvas(size: whole)
  guard size.columns >= Frame.smallest.columns, size.rows >= Frame.smallest.rows else { return Canvas(size: size) }
  let frame = Frame(state: state, size: whole)
  TokenLine(state: state, appearance: appearance, frame: frame).draw(on: &canvas)
  if let row = frame.explanation {
    canvas.draw(
      Words.fitting(state.explanation, in: size.columns, glyphs: appearance.glyphs), column: 0,
      row: row, style: Style(attributes: .dim), glyphs: appearance.glyphs)
  }
  state.draw(appearance, in: frame.main, on: &canvas)
  if isVeiled {
    canvas.veil(frame.main, appearance)
  } else {
    EffectLine(state: state, appearance: appearance, frame: frame).draw(on: &canvas)
    DetailLine(state: state, appearance: appearance, frame: frame).draw(on: &canvas)
  }
  StatusLine(state: state, appearance: appearance, frame: frame).draw(on: &canvas)
  // The rows for the title and for keys are left out.
  let first = frame.title == nil ? 0 : 1
  var paper = Canvas(size: Size(columns: canvas.size.columns, rows: frame.hints - first))
  for row in 0..<paper.size.rows {
    for column in 0..<paper.size.columns { paper[column, row] = canvas[column, row + first] }
  }
  return paper
}

private func drawTooSmall(on canvas: inout Canvas) {
  let smallest = Frame.smallest
  let lines = [
    "needs \(smallest.columns)x\(smallest.rows)", "has \(canvas.size.columns)x\(canvas.size.rows)",
    "make the window larger",
  ]
  for (row, line) in lines.enumerated() { canvas.draw(line, column: 0, row: row) }
}
