import Activations

/// What was chosen about the vectors of words.
public struct WordsChoices: FeatureChoices {
  /// Which hidden state is looked at: 0 is the input of layer 0; nil for the last, the encoder's output.
  public var hiddenState: Int?

  /// The last hidden state, the encoder's output.
  public init() {}
}

extension Exploration {
  /// About the vectors of words.
  public var words: WordsChoices {
    get { choices[WordsChoices.self] }
    set { choices[WordsChoices.self] = newValue }
  }
}

extension State {
  /// Which hidden state is on the screen.
  package var hiddenState: Int { min(exploration.words.hiddenState ?? model.layers, model.layers) }
}
