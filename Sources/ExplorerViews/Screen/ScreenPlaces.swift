import Canvas
import Explorer
import UserInput

/// What lies where on the screen, for the mouse: asked of what draws it, so that a press means what is seen.
struct ScreenPlaces {
  let state: State
  let appearance: Appearance
  let frame: Frame

  func place(at point: Point, _ isDouble: Bool) -> ScreenPlace {
    if let browser = state.browser {
      let view = SessionsView(state: state, browser: browser, appearance: appearance, size: frame.size)
      return hint(at: point) ?? view.session(at: point).map(ScreenPlace.line) ?? .nothing
    }
    if state.entry?.isPalette == true {
      let view = PaletteView(state: state, appearance: appearance, size: frame.size)
      return hint(at: point) ?? view.row(at: point).map(ScreenPlace.line) ?? .nothing
    }
    if state.playback?.help != nil { return hint(at: point) ?? .nothing }
    if let presentation = appearance.presentation, state.overlay == nil {
      return place(presentation, at: point, isDouble)
    }
    if let hint = hint(at: point) { return hint }
    switch state.overlay {
    case .help: return .nothing
    case .models(let marked):
      let view = ModelsView(
        state: state, appearance: appearance, marked: state.markedModel(marked), size: frame.size)
      return view.model(at: point).map(ScreenPlace.line) ?? .nothing
    case .interventions(let marked):
      let view = InterventionsView(state: state, appearance: appearance, marked: marked, frame: frame)
      return view.entry(at: point).map(ScreenPlace.line) ?? .nothing
    case .diagnosis(let marked):
      let view = DiagnosisView(state: state, appearance: appearance, marked: marked, frame: frame)
      return view.entry(at: point).map(ScreenPlace.line) ?? .nothing
    case nil: break
    }
    if let view = TitleLine(state: state, appearance: appearance, frame: frame).view(at: point) { return .view(view) }
    if let token = TokenLine(state: state, appearance: appearance, frame: frame).token(at: point) {
      return .token(token)
    }
    return view(at: point, isDouble)
  }

  private func hint(at point: Point) -> ScreenPlace? {
    let line = HintLine(state: state, appearance: appearance, frame: frame)
    return line.key(at: point).map(ScreenPlace.hint) ?? line.share(at: point).map(ScreenPlace.moment)
  }

  /// Before a class, the cells of what is drawn large are places, and the view's own where it is drawn as always.
  private func place(_ presentation: Presentation, at point: Point, _ isDouble: Bool) -> ScreenPlace {
    let presenter = ViewPresenter(
      state: state.asQuestioned, appearance: appearance, presentation: presentation, area: frame.main)
    guard frame.main.contains(point), !presentation.isBlank else { return .nothing }
    if let pair = presenter.pair(at: point) { return .inView(.action(.selectPair(query: pair.query, key: pair.key))) }
    return [.grid, .head].contains(state.view) ? view(at: point, isDouble) : .nothing
  }

  private func view(at point: Point, _ isDouble: Bool) -> ScreenPlace {
    let state = state.asQuestioned
    guard frame.main.contains(point), state.obstacle == nil else { return .nothing }
    let resolution = state.view.drawing.press(at: point, isDouble: isDouble, state, appearance, in: frame.main)
    return resolution == .ignored ? .nothing : .inView(resolution)
  }
}
