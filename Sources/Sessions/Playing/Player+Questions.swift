import Explorer

extension Player {
  /// Where the question is that is being asked: no action has come after it, and no note, which goes on from there.
  private var questionIndex: Int? {
    var index = next - 1
    while index >= 0 {
      switch session.events[index].content {
      case .question: return index
      case .action, .note: return nil
      default: index -= 1
      }
    }
    return nil
  }

  /// A question that is new to the viewer begins with the pair that the lesson has marked.
  mutating func meetQuestion() {
    guard let index = questionIndex, answers[index] == nil, case .question(let question) = session.events[index].content
    else { return }
    let exploration = scene().exploration
    var status = QuestionStatus(question)
    (status.query, status.key) = (exploration.query, exploration.key)
    answers[index] = status
  }

  var question: QuestionStatus? {
    guard let index = questionIndex, case .question(let question) = session.events[index].content else { return nil }
    return answers[index] ?? QuestionStatus(question)
  }

  private mutating func answer(_ change: (inout QuestionStatus) -> Void) {
    guard let index = questionIndex, var status = question, !status.isRevealed else { return }
    change(&status)
    answers[index] = status
  }

  /// Answers the question with a cell, both counted from 0; without one, or once it is revealed, does nothing.
  public mutating func choose(query: Int, key: Int) {
    answer { ($0.query, $0.key) = (query, key) }
  }

  /// Replaces the number typed so far, as text; without a question, or once the answer is revealed, does nothing.
  public mutating func typeNumber(_ text: String) { answer { $0.number = text } }

  /// Lifts the veil; the guess, where there was one.
  public mutating func reveal() -> (guess: Guess, question: String)? {
    var result: (Guess, String)?
    answer { status in
      status.isRevealed = true
      status.guess =
        status.asksForNumber
        ? Double(decimal: status.number).map { .number($0) } : .cell(query: status.query, key: status.key)
      if let guess = status.guess { result = (guess, status.question.text) }
    }
    return result
  }
}
