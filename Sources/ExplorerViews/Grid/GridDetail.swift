import Activations
import Explorer
import Insights

/// What the grid says in words: what to press first, or what the marked head does.
struct GridDetail {
  let state: State
  let appearance: Appearance

  /// From long to short.
  var wordings: [String] { state.isUntouched ? GridDetail.firstWords : headWords }

  private static let firstWords = [
    "Press i to type a sentence of your own, Enter to open a head, 3 to take it apart (sqrt(d), softmax), 4 for the mask, ? for all keys.",
    "Press i to type, Enter to open a head, 3 for its sqrt(d) and softmax, 4 for the mask, ? for help.",
    "Press i to type, Enter: a head, 3: sqrt(d) and softmax, 4: mask, ?: all keys",
    "Press i to type, 3: softmax, 4: mask, ?: help",
    "i types, ? helps",
  ]

  private var headWords: [String] {
    guard let computation = state.computation, let head = HeadPicture(state: state, computation: computation) else {
      return []
    }
    // As in the statistics of heads: PAD and queries without a key do not count.
    let queries = head.input.realPositions.filter { head.layer.mask.visibleKeys(query: $0) > 0 }
    guard !queries.isEmpty else { return ["\(state.name(of: state.head)): no query may see a key"] }
    let mean = queries.map { entropy(of: head.probabilities.row($0)) }.reduce(0, +) / Double(queries.count)
    guard let strongest = head.strongest(queries) else { return ["entropy \(Words.fixed(mean, 2))"] }
    let signs = Signs(appearance)
    let pair = "\(name(strongest.query, head)) \(signs.arrow) \(name(strongest.key, head))"
    let probability = Words.fixed(Double(strongest.value), 2)
    let which = head.filter.isActive ? "strongest shown" : "strongest"
    return [
      "\(state.name(of: state.head)): mean entropy \(Words.fixed(mean, 2)) nats, \(which) \(pair) \(probability)",
      "entropy \(Words.fixed(mean, 2)), \(pair) \(probability)",
    ]
  }

  private func name(_ position: Int, _ head: HeadPicture) -> String {
    TokenText.plain(head.tokens[position], glyphs: appearance.glyphs)
  }
}

extension State {
  /// True until the first action.
  var isUntouched: Bool { requestID <= 1 && history.isEmpty && head == HeadIndex(layer: 0, head: 0) && playback == nil }
}
