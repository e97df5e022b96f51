import Activations
import Canvas
import Explorer
import Insights

/// What the person's choices did to the numbers, in words: a line for each kind of choice, whatever the view.
struct EffectLine {
  let state: State
  let appearance: Appearance
  let frame: Frame

  func draw(on canvas: inout Canvas) {
    for (topic, row) in zip(state.effects(room: frame.effects.count), frame.effects) {
      canvas.draw(
        Words.fitting(wordings(topic), in: frame.inner.columns, glyphs: appearance.glyphs), column: frame.inner.column,
        row: row, glyphs: appearance.glyphs)
    }
  }

  /// From long to short.
  func wordings(_ topic: EffectTopic) -> [String] {
    guard let computation = state.computation else { return [] }
    switch topic {
    case .odd: return OddResult.wordings
    case .padding:
      return computation.paddingEffect.map { paddingWords($0, computation.encoding.request) } ?? []
    case .interventions: return InterventionWords(state: state, appearance: appearance, computation: computation).effect
    case .predictions:
      return InterventionWords(state: state, appearance: appearance, computation: computation).predictions
    case .labels: return LabelWords(state: state).wordings
    case .attribution: return AttributionWords(state: state, appearance: appearance).line
    case .hidden: return HiddenWords(state: state, appearance: appearance, computation: computation).wordings
    case .welcome:
      return Welcome.keys(
        lessons: state.lessonCount, offersTour: state.offersTour, ofFile: state.model.recorded != nil)
    }
  }

  /// What padding did to the real tokens: the padding lesson in one line.
  private func paddingWords(_ effect: TraceDifference, _ request: EncodeRequest) -> [String] {
    let isRounding = effect.attention < 1e-4 && effect.hidden < 1e-3
    let verdict =
      isRounding
      ? "the mask hides PAD"
      : request.maskMode == .none
        ? "PAD is attended to" : request.padSide == .left ? "PAD on the left moves positions" : "PAD changes them"
    let signs = Signs(appearance)
    let attention = signs.plusMinus + Words.difference(effect.attention)
    let hidden = signs.plusMinus + Words.difference(effect.hidden)
    return [
      "Real tokens, compared with no padding: attention \(attention), last hidden states \(hidden): \(verdict)"
        + (isRounding ? ", what is left is rounding." : "."),
      "Compared with no padding: attention \(attention), hidden \(hidden): \(verdict).",
      "padding: attention \(attention), hidden \(hidden): \(verdict).",
      "padding: \(attention), hidden \(hidden)",
    ]
  }
}

/// The kinds of lines about the effects of a person's choices.
enum EffectTopic: CaseIterable {
  case odd, padding, interventions, predictions, labels, hidden, attribution, welcome
}

extension State {
  /// What there is to say of what was chosen, in the order of the screen.
  var effects: [EffectTopic] {
    guard let computation else { return [] }
    return EffectTopic.allCases.filter { topic in
      switch topic {
      case .odd: OddResult.isIn(computation)
      case .padding: computation.paddingEffect != nil
      case .interventions: computation.encoding.request.withoutInterventions != nil
      case .predictions: computation.encoding.hasMaskToken
      case .labels: computation.classification != nil && exploration.view != .train
      case .attribution: exploration.showsAttribution
      case .welcome: isUntouched
      case .hidden: !exploration.interventions.hidden.isEmpty || exploration.interventions.filter != nil
      }
    }
  }

  /// As many of them as there is room for: what is said of padding gives way first.
  func effects(room: Int) -> [EffectTopic] { effects.suffix(room) }

  /// Whether there is anything to say of what was chosen.
  var hasEffect: Bool { !effects.isEmpty }
}
