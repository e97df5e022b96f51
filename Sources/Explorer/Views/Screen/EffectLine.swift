import Activations
import Canvas
import Insights

/// What the person's last choices did to the numbers, in words: the lesson in one line, whatever the view.
struct EffectLine {
  let state: State
  let appearance: Appearance
  let frame: Frame

  func draw(on canvas: inout Canvas) {
    guard let row = frame.effect else { return }
    canvas.draw(
      Words.fitting(wordings, in: frame.size.columns, glyphs: appearance.glyphs), column: 0, row: row,
      glyphs: appearance.glyphs)
  }

  /// From long to short.
  var wordings: [String] {
    guard let computation = state.computation, let effect = computation.paddingEffect else { return [] }
    return paddingWords(effect, computation.encoding.request)
  }

  /// What padding did to the real tokens: the padding lesson in one line.
  private func paddingWords(_ effect: TraceDifference, _ request: EncodeRequest) -> [String] {
    let isRounding = effect.attention < 1e-4 && effect.hidden < 1e-3
    let verdict =
      isRounding
      ? "the mask hides PAD"
      : request.maskMode == .none
        ? "PAD is attended to" : request.padSide == .left ? "PAD on the left moves positions" : "PAD changes them"
    let attention = sign + Words.difference(effect.attention)
    let hidden = sign + Words.difference(effect.hidden)
    return [
      "Real tokens, compared with no padding: attention \(attention), last hidden states \(hidden): \(verdict)"
        + (isRounding ? ", what is left is rounding." : "."),
      "Compared with no padding: attention \(attention), hidden \(hidden): \(verdict).",
      "padding: \(attention), hidden \(hidden)",
    ]
  }

  private var sign: String { appearance.glyphs == .unicode ? "±" : "+-" }
}

extension State {
  /// Whether there is anything to say of what was chosen.
  var hasEffect: Bool { computation?.paddingEffect != nil }
}
