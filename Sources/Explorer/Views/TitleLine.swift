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
    let right = Words.cut(
      rightSide(signs), to: max(frame.size.columns - column - 1, 0), glyphs: appearance.glyphs)
    let width = displayWidth(of: right, glyphs: appearance.glyphs)
    canvas.draw(
      right, column: frame.size.columns - width, row: row, style: Style(attributes: isWarning ? .bold : .dim),
      glyphs: appearance.glyphs)
  }

  private var isWarning: Bool {
    if case .failed = state.recording { true } else { false }
  }

  private func rightSide(_ signs: Signs) -> String {
    if let playback = state.playback { return "REPLAY " + visible(playback.title, glyphs: appearance.glyphs) }
    var parts: [String] = []
    switch state.recording {
    case .failed(let reason): parts.append("NOT SAVED: " + reason)
    case .on: parts.append(signs.record + " saved")
    case .off: parts.append("not recorded")
    }
    if let loading = state.loadingModel {
      parts.append("loading \(loading)")
    } else {
      parts.append(state.model.name)
      parts.append(
        "\(state.model.family) \(Words.count(state.model.layers, "layer")) \(signs.times) \(Words.count(state.model.heads, "head"))"
      )
    }
    return parts.joined(separator: signs.separator)
  }
}
