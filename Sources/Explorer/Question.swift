/// A question that a lesson asks about what is on the screen.
public struct Question: Sendable, Equatable {
  public var text: String
  /// What is right; nil where there is nothing to reveal but the picture itself.
  public var answer: Answer?
  public var veil: Veil

  public init(_ text: String, answer: Answer? = nil, veil: Veil = .heatmap) {
    self.text = text
    self.answer = answer
    self.veil = veil
  }

  /// Whether a guess is right; nil where the question has no answer of that kind.
  public func accepts(_ guess: Guess) -> Bool? {
    switch (answer, guess) {
    case (.cell(let query, let key), .cell(let guessedQuery, let guessedKey)):
      query == guessedQuery && key == guessedKey
    case (.number(let number, let within), .number(let guessed)): abs(number - guessed) <= within
    default: nil
    }
  }
}

/// The right answer to a question.
public enum Answer: Sendable, Equatable {
  /// A pair of positions, from 0.
  case cell(query: Int, key: Int)
  /// A number, and how far from it a guess may lie and still be right.
  case number(Double, within: Double)
}

/// What a viewer answers before the veil is lifted.
public enum Guess: Sendable, Equatable {
  case cell(query: Int, key: Int)
  case number(Double)
}

/// What is hidden from the picture until the answer is revealed.
public enum Veil: String, Sendable, CaseIterable {
  /// Colours and numbers of the attention; tokens stay.
  case heatmap
  case nothing
}
