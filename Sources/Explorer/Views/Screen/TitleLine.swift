import Activations
import Canvas

/// The program, the views with their digits, the model, and whether what is done is being saved.
struct TitleLine {
  let state: State
  let appearance: Appearance
  let frame: Frame

  func draw(on canvas: inout Canvas) {
    guard let row = frame.title else { return }
    let signs = Signs(appearance)
    var column = canvas.draw("Headscope", column: 0, row: row, style: Style(attributes: .bold)) + 2
    for (index, view) in ViewID.allCases.enumerated() {
      let isShown = view == state.view
      column += canvas.draw(
        " \(index + 1) \(view.title) ", column: column, row: row,
        style: Style(attributes: isShown ? [.reverse, .bold] : []))
      column += 1
    }
    let right = Words.fitting(
      rightSide(signs), in: max(frame.size.columns - column - 1, 0), glyphs: appearance.glyphs)
    let width = displayWidth(of: right, glyphs: appearance.glyphs)
    canvas.draw(
      right, column: frame.size.columns - width, row: row, style: Style(attributes: isWarning ? .bold : .dim),
      glyphs: appearance.glyphs)
  }

  private var isWarning: Bool {
    if case .failed = state.recording { true } else { false }
  }

  /// What is said on the right, from long to short.
  private func rightSide(_ signs: Signs) -> [String] {
    let glyphs = appearance.glyphs
    if let playback = state.playback {
      return ["REPLAY of " + visible(playback.title, glyphs: glyphs), "REPLAY"]
    }
    let name = visible(state.loadingModel.map { "loading \($0)" } ?? state.model.name, glyphs: glyphs)
    let layers = Words.count(state.model.layers, "layer")
    let heads = Words.count(state.model.heads, "head")
    let long = [name, "\(state.model.family) \(layers) \(signs.times) \(heads)"]
    let short = [name, "\(state.model.layers)\(signs.times)\(state.model.heads)"]
    let saved =
      switch state.recording {
      case .failed(let reason): "NOT SAVED: " + visible(reason, glyphs: glyphs)
      case .on: signs.record + " saved"
      case .off: "not recorded"
      }
    return [[saved] + long, [saved] + short, [saved]].map { $0.joined(separator: signs.separator) }
  }
}
