import Support

/// A question that a lesson asks about what is on the screen.
public struct Question: Sendable, Equatable {
  /// What is asked.
  public var text: String
  /// What is right; nil where there is nothing to reveal but the picture itself.
  public var answer: Answer?
  /// What is hidden until the answer is revealed.
  public var veil: Veil
  /// What the answer is, so that it can be computed; nil where the session does not say. Of a cell, it is the key.
  public var quantity: Quantity?

  /// A question; without an answer there is nothing to reveal but what the veil hides.
  public init(_ text: String, answer: Answer? = nil, veil: Veil = .heatmap, quantity: Quantity? = nil) {
    self.text = text
    self.answer = answer
    self.veil = veil
    self.quantity = quantity
  }

  /// A question as a person types it. "How much? = 0.25" asks for a number, to be met within a tenth of it or as exactly
  /// as "= 0.25 +- 0.01" says; everything else asks for the marked cell, where one is marked.
  public init(typed text: String, cell: (query: Int, key: Int)?) {
    let parts = text.split(separator: "=", omittingEmptySubsequences: false)
    let numbers = (parts.last ?? "").replacing("±", with: "+-").split(separator: "+-").map {
      Double(decimal: $0.filter { $0 != " " })
    }
    if parts.count > 1, let number = numbers.first ?? nil {
      let within = numbers.count > 1 ? numbers[1].map { abs($0) } : nil
      var words = parts.dropLast().joined(separator: "=")
      while words.last == " " { words.removeLast() }
      self.init(words, answer: .number(number, within: within ?? abs(number) / 10))
    } else {
      self.init(text, answer: cell.map { .cell(query: $0.query, key: $0.key) })
    }
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

extension State {
  /// The pair under the crosshair, in views that show one.
  public var markedCell: (query: Int, key: Int)? {
    exploration.view.marks == [.query, .key] ? tokensOfPair : nil
  }
}
