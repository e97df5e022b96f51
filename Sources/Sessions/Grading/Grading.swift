import Explorer

/// What a viewer's guesses are worth, by the questions of a lesson.
public struct Grading: Sendable {
  /// A question of the lesson, and what a viewer made of it.
  public struct Mark: Sendable, Equatable {
    /// What was asked, and what is right.
    public let question: Question
    /// The first guess; what comes after it was seen before. Nil where there is none.
    public let guess: Guess?

    /// Whether the guess is right; nil where there is none.
    public var isRight: Bool? { guess.map { question.accepts($0) ?? false } }
  }

  /// Those questions of the lesson that have an answer, in order.
  public let questions: [Question]

  /// - Parameter lesson: the session that asks.
  public init(_ lesson: Session) {
    questions = lesson.events.compactMap { event in
      guard case .question(let question) = event.content, question.answer != nil else { return nil }
      return question
    }
  }

  /// Looks through the session in which a viewer's guesses are.
  public func marks(of viewer: Session) -> [Mark] {
    var guesses: [String: [Guess]] = [:]
    for event in viewer.events {
      if case .guess(let guess, let question) = event.content { guesses[question, default: []].append(guess) }
    }
    return questions.map { Mark(question: $0, guess: guesses[$0.text]?.first) }
  }
}

extension [Grading.Mark] {
  /// How many are right.
  public var right: Int { count { $0.isRight == true } }
  /// How many are wrong.
  public var wrong: Int { count { $0.isRight == false } }
  /// How many were not answered.
  public var missing: Int { count { $0.isRight == nil } }
}
