import Activations

/// What was chosen about the vectors of words.
public struct WordsChoices: Sendable, Equatable {
  /// Which hidden state is looked at: 0 is the input of layer 0; nil for the last, the encoder's output.
  public var hiddenState: Int?

  public init() {}
}

/// What is done with the vectors of words.
public enum WordsAction: Sendable, Equatable {
  /// Which hidden state is looked at; 0 is the input of layer 0.
  case hiddenState(Int)
}

extension State {
  mutating func perform(_ action: WordsAction) {
    switch action {
    case .hiddenState(let index): exploration.words.hiddenState = max(index, 0)
    }
  }

  /// Which hidden state is on the screen.
  package var hiddenState: Int { min(exploration.words.hiddenState ?? model.layers, model.layers) }
}
