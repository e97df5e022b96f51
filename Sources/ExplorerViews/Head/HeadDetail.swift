import Activations
import Explorer
import Insights

/// What the head view says in words: the marked pair, with its numbers.
struct HeadDetail {
  let state: State
  let appearance: Appearance

  /// From long to short.
  var wordings: [String] {
    guard let computation = state.computation, let head = HeadPicture(state: state, computation: computation) else {
      return []
    }
    let arrow = Signs(appearance).arrow
    if state.showsSegments { return segments(head) }
    let query =
      "\(TokenText.plain(head.queryTokens[head.query], glyphs: appearance.glyphs)) (\(head.query + state.countFrom))"
    let key = "\(name(head.key, head)) (\(head.key + state.countFrom))"
    let score = Words.fixed(
      Double(head.layer.attentionScore(head: head.index.head, query: head.query, key: head.key)), 3)
    let scaled = Words.fixed(Double(head.layer.scaledScore(head: head.index.head, query: head.query, key: head.key)), 3)
    let visible = head.layer.mask.visibleKeys(query: head.query)
    guard let probability = head.probability(head.query, head.key) else {
      guard state.computation?.joined == nil, head.layer.hasVectors else {
        return ["\(query) \(arrow) \(key): blocked by the mask, probability 0"]
      }
      let what = visible == 0 ? "the mask blocks this whole row, probability 0" : "blocked by the mask, probability 0"
      return [
        "query \(query) \(arrow) key \(key): \(what), score \(score), scaled \(scaled)",
        "\(query) \(arrow) \(key): \(what)", "blocked, probability 0",
      ]
    }
    let number = Words.fixed(Double(probability), 4)
    // NaN stands in no order.
    let place = probability.isNaN ? "no rank" : "rank \(rank(of: head.key, in: head.probabilities.row(head.query)))"
    guard head.layer.hasVectors || state.computation?.joined != nil else {
      return [
        "query \(query) \(arrow) key \(key): probability \(number), \(place) of \(visible); the file holds no scores",
        "\(query) \(arrow) \(key): probability \(number), \(place) of \(visible)",
        "\(query) \(arrow) \(key): \(number)", "probability \(number)",
      ]
    }
    guard state.computation?.joined == nil else {
      // Scores are of tokens.
      return [
        "query \(query) \(arrow) key \(key): probability \(number), \(place) of \(visible), summed over the pieces of the key, "
          + "averaged over those of the query",
        "\(query) \(arrow) \(key): probability \(number), \(place) of \(visible)",
        "\(query) \(arrow) \(key): \(number)",
        "probability \(number)",
      ]
    }
    // Even attention comes of no score; and of a head whose output is zero nothing goes on.
    let off =
      switch head.layer.ablations[head.index.head] {
      case .uniformAttention: " (head off: even)"
      case .zeroOutput: " (head off: output 0)"
      case nil: ""
      }
    let long =
      "query \(query) \(arrow) key \(key): probability \(number)\(off), \(place) of \(visible), score \(score), scaled \(scaled)"
    let shared = state.sharedHeads(head.layer)
    return (farPair(head).map { [long + $0] } ?? []) + (shared.isEmpty ? [] : [long + shared]) + [
      long,
      "\(query) \(arrow) \(key): probability \(number)\(off), \(place) of \(visible), score \(score)",
      "\(query) \(arrow) \(key): \(number)\(off), \(place) of \(visible)", "probability \(number)",
    ]
  }

  /// Between sentences or paragraphs, which are named by their numbers.
  private func segments(_ head: HeadPicture) -> [String] {
    let arrow = Signs(appearance).arrow
    let (query, key) = (name(head.query, head), name(head.key, head))
    guard let value = head.probability(head.query, head.key) else {
      return ["\(query) \(arrow) \(key): blocked by the mask", "blocked by the mask"]
    }
    let number = Words.fixed(Double(value), 4)
    let place =
      value.isNaN
      ? "no rank"
      : "rank \(rank(of: head.key, in: head.probabilities.row(head.query))) of \(head.layer.mask.visibleKeys(query: head.query))"
    return [
      "query \(query) \(arrow) key \(key): \(number), \(place), summed over the tokens of the key, averaged over those of the query",
      "\(query) \(arrow) \(key): \(number), \(place)", "\(query) \(arrow) \(key): \(number)", number,
    ]
  }

  /// Of a long text, the strongest pair far apart.
  private func farPair(_ head: HeadPicture) -> String? {
    guard let far = state.farPairs, let pair = far.pairs.first else { return nil }
    let (query, key) = (pair.query + state.countFrom, pair.key + state.countFrom)
    return "; strongest \(far.distance) or more apart: \(name(pair.query, head)) (\(query)) \(Signs(appearance).arrow) "
      + "\(name(pair.key, head)) (\(key)) \(Words.fixed(Double(pair.probability), 2))"
  }

  private func name(_ position: Int, _ head: HeadPicture) -> String {
    TokenText.plain(head.tokens[position], glyphs: appearance.glyphs)
  }
}
