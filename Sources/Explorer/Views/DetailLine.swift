import Activations
import Canvas
import Insights

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

  private var isUrgent: Bool { state.notice != nil || state.failure != nil }

  /// What there is to say, from long to short.
  private var wordings: [String] {
    if let notice = state.notice { return [notice] }
    if let failure = state.failure { return [failure] }
    if let caption = state.playback?.caption { return [caption] }
    if state.view == .head { return pairWords }
    if let padding = paddingWords { return padding }
    return state.isUntouched ? DetailLine.firstWords : headWords
  }

  private static let firstWords = [
    "Press i to type a sentence of your own, arrows to choose a head, Enter to open it, ? for all keys.",
    "Press i to type a sentence, arrows to choose a head, Enter to open it.",
    "Press i to type a sentence, ? for all keys.", "i types, ? helps",
  ]

  /// What padding did to the real tokens: the padding lesson in one line.
  private var paddingWords: [String]? {
    guard let computation = state.computation, let effect = computation.paddingEffect else { return nil }
    let request = computation.encoding.request
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

  private var headWords: [String] {
    guard let computation = state.computation, let head = HeadPicture(state: state, computation: computation) else {
      return []
    }
    let queries = head.input.realPositions
    guard !queries.isEmpty else { return [] }
    let rows = queries.map { head.probabilities.row($0) }
    let mean = rows.map { entropy(of: $0) }.reduce(0, +) / Double(queries.count)
    var strongest = (query: 0, key: 0, probability: Float(-1))
    for (query, row) in zip(queries, rows) {
      for (key, probability) in row.enumerated() where probability > strongest.probability {
        strongest = (query, key, probability)
      }
    }
    let signs = Signs(appearance)
    let pair = "\(name(strongest.query, head)) \(signs.arrow) \(name(strongest.key, head))"
    let probability = Words.fixed(Double(strongest.probability), 2)
    return [
      "\(place): mean entropy \(Words.fixed(mean, 2)) nats, strongest \(pair) \(probability)",
      "entropy \(Words.fixed(mean, 2)), \(pair) \(probability)",
    ]
  }

  private var place: String {
    "layer \(state.head.layer + state.countFrom) head \(state.head.head + state.countFrom)"
  }

  private func name(_ position: Int, _ head: HeadPicture) -> String {
    TokenText.plain(head.tokens[position], glyphs: appearance.glyphs)
  }

  private var pairWords: [String] {
    guard let computation = state.computation, let head = HeadPicture(state: state, computation: computation) else {
      return []
    }
    let arrow = Signs(appearance).arrow
    let query = "\(name(head.query, head)) (\(head.query + state.countFrom))"
    let key = "\(name(head.key, head)) (\(head.key + state.countFrom))"
    let score = Words.fixed(
      Double(head.layer.attentionScore(head: head.index.head, query: head.query, key: head.key)), 3)
    let scaled = Words.fixed(Double(head.layer.scaledScore(head: head.index.head, query: head.query, key: head.key)), 3)
    let visible = head.mask.visibleKeys(query: head.query)
    guard let probability = head.probability(head.query, head.key) else {
      let what = visible == 0 ? "the mask blocks this whole row, probability 0" : "blocked by the mask, probability 0"
      return [
        "query \(query) \(arrow) key \(key): \(what), score \(score), scaled \(scaled)",
        "\(query) \(arrow) \(key): \(what)", "blocked, probability 0",
      ]
    }
    let number = Words.fixed(Double(probability), 4)
    let place = rank(of: head.key, in: head.probabilities.row(head.query))
    return [
      "query \(query) \(arrow) key \(key): probability \(number), rank \(place) of \(visible), score \(score), scaled \(scaled)",
      "\(query) \(arrow) \(key): probability \(number), rank \(place) of \(visible), score \(score)",
      "\(query) \(arrow) \(key): \(number), rank \(place) of \(visible)", "probability \(number)",
    ]
  }
}

extension State {
  /// True until somebody does something.
  var isUntouched: Bool { requestID <= 1 && history.isEmpty && head == HeadIndex(layer: 0, head: 0) && playback == nil }
}
