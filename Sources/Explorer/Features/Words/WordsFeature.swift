/// What becomes of the words' vectors from layer to layer.
enum WordsFeature: ViewFeature {
  static let title = "Words"
  static let summary = "how vectors of words change, layer by layer"
  static let needs: Needs = [.hiddenStates, .oneSentence]
  static let marks: TokenMarks = [.query]
  static func showsTwoSentences(_ state: State) -> Bool { true }

  static func analyses(_ state: State) -> [Analysis] {
    [.similarities(hiddenState: state.hiddenState), .wordHistory(state.query)]
      + (state.texts.count > 1 ? [.sameWord(state.query)] : [])
  }

  static func resolve(_ command: Command, _ state: State, on screen: any ScreenLayout) -> Resolution? {
    WordsControls(state: state).resolve(command)
  }
}

extension State {
  package var similarityMap: SimilarityMap? {
    found(SimilaritiesTask(hiddenState: hiddenState))
  }

  /// Why there are no similarities of all tokens, in words; nil where there are, and while they are worked out.
  package var noSimilarities: String? { reason(against: .similarities(hiddenState: hiddenState)) }

  package var wordHistory: WordHistory? {
    found(WordHistoryTask(position: query))
  }

  package var sameWord: SameWord? {
    exploration.texts.count > 1 ? found(SameWordTask(position: query)) : nil
  }

  /// What the hidden state on the screen is to the encoder; nil where it is neither its input nor its output.
  package var roleOfHiddenState: String? {
    hiddenState == 0 ? "the input" : hiddenState == model.layers ? "the output" : nil
  }

  /// How a hidden state is called, with what it is.
  package func name(ofHiddenState index: Int) -> String {
    switch index {
    case 0: "hidden state 0, the input"
    case model.layers: "hidden state \(index), the output"
    default: "hidden state \(index), after layer \(index - 1 + exploration.countFrom)"
    }
  }
}
