import Activations
import Explorer

/// The marked pair in words, for the numbers that every head has of it.
struct PairWords {
  private let state: State
  private let appearance: Appearance

  init(_ state: State, _ appearance: Appearance) {
    self.state = state
    self.appearance = appearance
  }

  /// `pair: it (7) → trophy (2)`
  var pair: String {
    guard let encoding = state.encoding, encoding.queryInput.tokens.indices.contains(state.query),
      encoding.input.tokens.indices.contains(state.key)
    else { return "pair" }
    func name(_ position: Int, in input: TokenizedInput) -> String {
      "\(TokenText.plain(input.names[position], glyphs: appearance.glyphs)) (\(position + state.countFrom))"
    }
    let query = name(state.query, in: encoding.queryInput)
    return "pair: \(query) \(Signs(appearance).arrow) \(name(state.key, in: encoding.input))"
  }

  /// The same with the head in which it is most probable: `..., most in L3 H1 (0.54)`.
  func pair(among rows: [HeadRow]) -> String {
    guard let best = rows.sorted(by: .pair, isDescending: true).first, let number = best[.pair], number > 0 else {
      return pair
    }
    return "\(pair), most in \(state.shortName(of: best.index)) (\(Words.fixed(number, 2)))"
  }

  /// What a column says of it.
  func of(_ column: HeadColumn) -> String { column == .rank ? "rank in \(pair)" : pair }
}
