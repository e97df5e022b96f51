import Canvas
import Explorer

/// One line in words about what is marked, what has changed, or what to press first.
struct DetailLine {
  let state: State
  let appearance: Appearance
  let frame: Frame

  func draw(on canvas: inout Canvas) {
    guard let row = frame.detail else { return }
    canvas.draw(
      Words.fitting(wordings, in: frame.size.columns, glyphs: appearance.glyphs), column: 0, row: row,
      style: Style(attributes: isUrgent ? .bold : []), glyphs: appearance.glyphs)
  }

  private var isUrgent: Bool { state.word != nil || state.failure != nil }

  /// What there is to say, from long to short.
  private var wordings: [String] {
    if let word = state.word { return [word] }
    if let failure = state.failure { return [failure] }
    if let question = state.playback?.question, !question.isRevealed { return QuestionWords(question).instructions }
    if let caption = state.playback?.caption { return [caption] }
    // Where there is no line of its own for it, what a choice did goes before what is marked.
    if let topic = state.effects.last, frame.effects.isEmpty, state.view == .grid {
      return EffectLine(state: state, appearance: appearance, frame: frame).wordings(topic)
    }
    return state.detail(appearance)
  }
}
