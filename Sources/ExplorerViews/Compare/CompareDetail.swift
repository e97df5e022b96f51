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
    func same(_ cosine: Double, largest: Float) -> String {
      "cosine of the two maps \(Words.cosine(cosine, isSame: largest == 0))"
    }
    guard state.compareMode == .tokens else {
      // The numbers of the list: there A is the same head, also where it stays at its own token by token.
      guard let row = state.comparedHeadRows.first(where: { $0.head == state.head }) else { return [] }
      let numbers = same(row.cosine, largest: row.largest)
      return [
        "\(state.name(of: state.head)): \(numbers), largest change \(Words.difference(row.largest)); "
          + "Enter shows it token by token", "\(numbers); Enter shows the head",
      ]
    }
    guard let comparison = state.headComparison, let input = state.encoding?.input else { return [] }
    let same = same(comparison.cosine, largest: comparison.largest)
    let (query, key) = comparison.places(of: (state.query, state.key))
    guard comparison.queriesB.indices.contains(query), comparison.positionsB.indices.contains(key) else { return [] }
    let names = [
      state.encoding?.queryInput.names[comparison.queriesB[query]] ?? "", input.names[comparison.positionsB[key]],
    ].map { TokenText.plain($0, glyphs: appearance.glyphs) }
    let pair = "\(names[0]) \(Signs(appearance).arrow) \(names[1])"
    let (a, b) = state.compared(comparison, query: query, key: key)
    let numbers = "A \(Words.fixed(a, 4)), B \(Words.fixed(b, 4)), B - A \(Words.signed(b - a, 4))"
    return [
      "query \(pair): \(numbers)\(Signs(appearance).separator)\(same)\(Signs(appearance).separator)Enter goes to the largest change",
      "\(pair): \(numbers)\(Signs(appearance).separator)\(same)", "\(pair): \(numbers)",
      "B - A \(Words.signed(b - a, 4))",
    ]
  }
}
