import Activations
import Insights

/// Where a person wants to go among the tokens, as it is typed: `trophy` is a key, `it trophy` a query and a key, a number that is
/// no token a position, and `3.7` a head.
package struct TokenSearch {
  private let state: State
  private let parts: [String]
  private let text: String

  package init(_ text: String, in state: State) {
    self.state = state
    self.text = text
    parts = text.lowercased().split(whereSeparator: \.isWhitespace).map(String.init)
  }

  /// What going there means.
  package var resolution: Resolution {
    if let number = HeadNumber(text, countingFrom: state.exploration.countFrom) {
      guard number.head.layer < state.model.layers, number.head.head < state.model.heads else {
        return .refused("there is no \(state.name(of: number.head))")
      }
      return .action(.selectHead(number.head))
    }
    // Whatever stands on the axes, words are found among the tokens.
    let computation = state.showsSegments ? state.tokenComputation : state.computation
    guard let encoding = computation?.encoding else { return .refused("there are no tokens yet") }
    guard (1...2).contains(parts.count) else { return .refused("one token is the key, two are the query and the key") }
    let (input, ofQueries) = (encoding.input, encoding.queryInput)
    let marked = state.tokensInSegments ?? (state.query, state.key)
    var places: [Int] = []
    for (index, part) in parts.enumerated() {
      let isQuery = parts.count == 2 && index == 0
      let searched = isQuery ? ofQueries : input
      let entries = searched.tokens.map { $0.lowercased() }
      let start = isQuery ? marked.0 : marked.1
      guard let place = find(part, in: TokenSearch.names(searched), entries, after: start) else {
        return .refused("no token is called \"\(part)\"")
      }
      places.append(place)
    }
    let (query, key) = places.count == 2 ? (places[0], places[1]) : (marked.0, places[0])
    return state.showsSegments
      ? .action(.selectPair(query: query, key: key)) : state.amongTokens(.action(.selectPair(query: query, key: key)))
  }

  /// The next one that is called so; else that of this number; else one whose word begins so; else one that holds it. It goes around.
  /// A token goes by its entry in the vocabulary, too.
  private func find(
    _ part: String, in names: [(token: String, word: String)], _ entries: [String], after start: Int
  ) -> Int? {
    let order = names.indices.map { (start + 1 + $0) % names.count }
    if let place = order.first(where: {
      names[$0].token == part || names[$0].word == part || entries[$0] == part
    }) {
      return place
    }
    if let number = Int(decimal: part, in: state.exploration.countFrom...1 << 20),
      names.indices.contains(number - state.exploration.countFrom)
    {
      return number - state.exploration.countFrom
    }
    return order.first { names[$0].word.hasPrefix(part) } ?? order.first { names[$0].token.contains(part) }
  }

  /// What tokens are called without the marks of the vocabulary; a word goes by its first piece.
  private static func names(_ input: TokenizedInput) -> [(token: String, word: String)] {
    let tokens = input.names.map { token in
      var name = token.lowercased()[...]
      if name.hasPrefix("##"), name.count > 2 { name = name.dropFirst(2) }
      while let first = name.unicodeScalars.first, first == "\u{120}" || first == "\u{121}" || first == "\u{2581}" {
        name = name.dropFirst()
      }
      return String(name)
    }
    let words = WordGroups(input)
    return tokens.indices.map { position in
      let range = words.ranges[words.index(at: position)]
      return (tokens[position], position == range.lowerBound ? tokens[range].joined() : "")
    }
  }
}
