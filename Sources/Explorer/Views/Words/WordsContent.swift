import Canvas

/// What becomes of the words' vectors from layer to layer.
enum WordsContent: ViewContent {
  static let title = "Words"
  static let summary = "how vectors of words change, layer by layer"
  static let marks: TokenMarks = [.query]

  static func explanation(_ state: State) -> [String] {
    let (states, tokens, hidden) = (state.model.layers + 1, state.positions, state.model.hiddenSize)
    return [
      "How similar the tokens' vectors are (cosine: 1 same direction, 0 unrelated), and what each layer makes of one of them. "
        + "Hidden states [state \(states), token \(tokens), hidden \(hidden)]",
      "How similar the tokens' vectors are (cosine), and what each layer makes of one of them.",
      "Similarity of the tokens' vectors, layer by layer",
    ]
  }

  static func detail(_ state: State, _ appearance: Appearance) -> [String] {
    WordsDetail(state: state, appearance: appearance).wordings
  }

  static func legend(_ state: State) -> Legend? { Legend(low: "-1", high: "+1 cosine", isDiverging: true) }

  static func showsTwoSentences(_ state: State) -> Bool { true }

  static func analyses(_ state: State) -> [Analysis] {
    [.similarities(hiddenState: state.hiddenState), .wordHistory(state.query)]
      + (state.texts.count > 1 ? [.sameWord(state.query)] : [])
  }

  static func draw(_ state: State, _ appearance: Appearance, in area: Rect, on canvas: inout Canvas) {
    WordsView(state: state, appearance: appearance, area: area).draw(on: &canvas)
  }

  static func controls(_ state: State, _ appearance: Appearance, in area: Rect) -> any ViewControls {
    WordsControls(state: state, appearance: appearance, area: area)
  }
}

extension State {
  var similarityMap: SimilarityMap? {
    guard case .similarities(let map)? = findings(.similarities(hiddenState: hiddenState)) else { return nil }
    return map
  }

  var wordHistory: WordHistory? {
    guard case .wordHistory(let history)? = findings(.wordHistory(query)) else { return nil }
    return history
  }

  var sameWord: SameWord? {
    guard exploration.texts.count > 1, case .sameWord(let word)? = findings(.sameWord(query)) else { return nil }
    return word
  }

  /// How a hidden state is called, with what it is.
  func name(ofHiddenState index: Int) -> String {
    switch index {
    case 0: "hidden state 0, the input"
    case model.layers: "hidden state \(index), the output"
    default: "hidden state \(index), after layer \(index - 1 + exploration.countFrom)"
    }
  }
}
