import Canvas
import Explorer
import Insights

/// What a comparison says in words: the marked pair, or the marked head.
struct CompareDetail {
  let state: State
  let appearance: Appearance

  /// From long to short.
  var wordings: [String] {
    guard state.hasPictureA else { return ["b puts the present picture aside; then change anything"] }
    if let reason = state.incomparable { return [reason] }
    guard let comparison = state.headComparison, let input = state.encoding?.input else { return [] }
    let same = "cosine of the two maps \(Words.fixed(comparison.cosine, 4))"
    guard state.compare.mode == .tokens else {
      return [
        "\(state.name(of: state.head)): \(same), largest change "
          + "\(Words.difference(comparison.largest)); Enter shows it token by token", "\(same); Enter shows the head",
      ]
    }
    let (query, key) = comparison.places(of: (state.query, state.key))
    guard comparison.positionsB.indices.contains(query), comparison.positionsB.indices.contains(key) else { return [] }
    let names = [query, key].map {
      TokenText.plain(input.tokens[comparison.positionsB[$0]], glyphs: appearance.glyphs)
    }
    let pair = "\(names[0]) \(Signs(appearance).arrow) \(names[1])"
    let (a, b) = (Double(comparison.a[query, key]), Double(comparison.b[query, key]))
    let numbers = "A \(Words.fixed(a, 4)), B \(Words.fixed(b, 4)), B - A \(Words.signed(b - a, 4))"
    return [
      "query \(pair): \(numbers)\(Signs(appearance).separator)\(same)\(Signs(appearance).separator)Enter goes to the largest change",
      "\(pair): \(numbers)\(Signs(appearance).separator)\(same)", "\(pair): \(numbers)",
      "B - A \(Words.signed(b - a, 4))",
    ]
  }
}
