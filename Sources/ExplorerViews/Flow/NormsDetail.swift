import Activations
import Canvas
import Explorer
import Insights
import Support

/// Why some columns fade when a picture shows ‖αf(x)‖: what is much attended to can have little to give.
struct NormsDetail {
  let state: State
  let appearance: Appearance

  /// What is on the screen, from long to short.
  static let explanation = [
    "How long the vector is that each key (across) adds to each query (down): the attention p times the length of f(x), the "
      + "value after the output projection (Kobayashi et al. 2020).",
    "How long the vector is that each key (across) adds to each query (down): |p f(x)|, p the attention, f(x) the value projected.",
    "How long the vector p f(x) is that each key adds to each query.", "Lengths |p f(x)|",
  ]

  /// From long to short; nil where lengths are not shown.
  var wordings: [String]? {
    guard state.showsNorms else { return nil }
    if let reason = state.reason(against: Analysis(ValueNormsTask())) { return [reason] }
    guard let norms = state.valueNorms, let computation = state.computation,
      let head = HeadPicture(state: state, computation: computation), norms.norms.indices.contains(head.index.layer),
      norms.norms[head.index.layer].indices.contains(head.index.head)
    else { return ["measuring what the heads carry" + Signs(appearance).ellipsis] }
    let lengths = norms.norms[head.index.layer][head.index.head]
    guard lengths.count == head.input.count else { return NormsDetail.explanation }
    if head.ablation == .zeroOutput {
      return [
        "this head is switched off with its output zero: it carries nothing, every length is 0", "head off: lengths 0",
      ]
    }
    let roles = TokenRoles(head.input)
    // The separator with most attention, or where there is none the first token. Keys are all keys, PAD included where the mask lets
    // it through; queries of PAD are left out.
    let queries = roles.real.filter { head.layer.mask.visibleKeys(query: $0) > 0 }
    func attention(_ key: Int) -> Double { queries.reduce(0) { $0 + Double(head.probabilities[$1, key]) } }
    let marks = roles.real.filter { roles.isSeparator[$0] || $0 == roles.first }
    guard let mark = marks.max(by: { attention($1).isLarger(than: attention($0)) }) else {
      return NormsDetail.explanation
    }
    let words = roles.real.filter { !marks.contains($0) }
    let keys = head.input.tokens.indices
    let total = keys.reduce(0) { $0 + attention($1) }
    let carried = keys.reduce(0) { $0 + attention($1) * Double(lengths[$1]) }
    let share = total == 0 ? 0 : attention(mark) / total
    let length = carried == 0 ? 0 : attention(mark) * Double(lengths[mark]) / carried
    let name = TokenText.plain(head.tokens[mark], glyphs: appearance.glyphs)
    let mean = words.isEmpty ? 0 : words.reduce(0) { $0 + Double(lengths[$1]) } / Double(words.count)
    let numbers = "\(name) gets \(percent(share)) of the attention, and gives \(percent(length)) of the length"
    let why =
      "its f(x) is \(Words.fixed(Double(lengths[mark]), 2)) long, that of a word "
      + (words.isEmpty ? "unknown here" : "\(Words.fixed(mean, 2)) on average")
    let ofWhom = roles.real.count < keys.count ? " (PAD queries left out)" : ""
    return [
      "\(numbers)\(ofWhom): \(why)", "\(numbers): \(why)", numbers,
      "\(name): \(percent(share)), length \(percent(length))",
    ]
  }

  private func percent(_ share: Double) -> String { "\(Words.fixed(share * 100, 0)) %" }
}
