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
      Words.cut(text, to: frame.size.columns, glyphs: appearance.glyphs), column: 0, row: row,
      style: Style(attributes: isUrgent ? .bold : []), glyphs: appearance.glyphs)
  }

  private var isUrgent: Bool { state.notice != nil || state.failure != nil }

  private var text: String {
    if let notice = state.notice { return notice }
    if let failure = state.failure { return failure }
    if let caption = state.playback?.caption { return caption }
    if state.view == .head { return pairWords }
    if let padding = paddingWords { return padding }
    return state.isUntouched
      ? "Press i to type a sentence of your own, arrows to choose a head, Enter to open it, ? for all keys."
      : headWords
  }

  /// What padding did to the real tokens: the padding lesson in one line.
  private var paddingWords: String? {
    guard let computation = state.computation, let effect = computation.paddingEffect else { return nil }
    let isRounding = effect.attention < 1e-4 && effect.hidden < 1e-3
    let verdict =
      isRounding
      ? "nothing but rounding: the mask hides PAD"
      : computation.encoding.request.maskMode == .none
        ? "PAD is attended to like a word"
        : computation.encoding.request.padSide == .left ? "PAD on the left moves the positions" : "PAD changes them"
    return "Real tokens against no padding: attention \(sign)\(Words.difference(effect.attention)), "
      + "last hidden states \(sign)\(Words.difference(effect.hidden)); \(verdict)."
  }

  private var sign: String { appearance.glyphs == .unicode ? "±" : "+-" }

  private var headWords: String {
    guard let computation = state.computation, let head = HeadPicture(state: state, computation: computation) else {
      return ""
    }
    let queries = head.input.realPositions
    guard !queries.isEmpty else { return "" }
    let rows = queries.map { head.probabilities.row($0) }
    let mean = rows.map { entropy(of: $0) }.reduce(0, +) / Double(queries.count)
    var strongest = (query: 0, key: 0, probability: Float(-1))
    for (query, row) in zip(queries, rows) {
      for (key, probability) in row.enumerated() where probability > strongest.probability {
        strongest = (query, key, probability)
      }
    }
    let signs = Signs(appearance)
    return "\(place) mean entropy \(Words.fixed(mean, 2)) nats; strongest: "
      + "\(name(strongest.query, head)) \(signs.arrow) \(name(strongest.key, head)) \(Words.fixed(Double(strongest.probability), 2))"
  }

  private var place: String {
    "layer \(state.head.layer + state.countFrom) head \(state.head.head + state.countFrom):"
  }

  private func name(_ position: Int, _ head: HeadPicture) -> String {
    TokenText.plain(head.tokens[position], glyphs: appearance.glyphs)
  }

  private var pairWords: String {
    guard let computation = state.computation, let head = HeadPicture(state: state, computation: computation) else {
      return ""
    }
    let signs = Signs(appearance)
    let names =
      "query \(name(head.query, head)) (\(head.query + state.countFrom)) \(signs.arrow) "
      + "key \(name(head.key, head)) (\(head.key + state.countFrom)): "
    let score = Double(head.layer.attentionScore(head: head.index.head, query: head.query, key: head.key))
    let scaled = Double(head.layer.scaledScore(head: head.index.head, query: head.query, key: head.key))
    let scores = "score \(Words.fixed(score, 3)), scaled \(Words.fixed(scaled, 3))"
    guard let probability = head.probability(head.query, head.key) else {
      let isRowBlocked = head.mask.visibleKeys(query: head.query) == 0
      return names + "blocked by the mask, probability 0" + (isRowBlocked ? ", as is the whole row; " : "; ") + scores
    }
    let row = head.probabilities.row(head.query)
    return names + "probability \(Words.fixed(Double(probability), 4)), \(scores), "
      + "rank \(rank(of: head.key, in: row)) of \(head.mask.visibleKeys(query: head.query))"
  }
}

extension State {
  /// True until somebody does something.
  var isUntouched: Bool { requestID <= 1 && history.isEmpty && head == HeadIndex(layer: 0, head: 0) && playback == nil }
}
