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
    guard let input = state.encoding?.input, input.tokens.indices.contains(max(state.query, state.key)) else {
      return "pair"
    }
    func name(_ position: Int) -> String {
      "\(TokenText.plain(input.names[position], glyphs: appearance.glyphs)) (\(position + state.countFrom))"
    }
    return "pair: \(name(state.query)) \(Signs(appearance).arrow) \(name(state.key))"
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
