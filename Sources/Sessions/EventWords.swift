import Explorer
import Insights

extension SessionEvent.Content {
  /// The event in plain words, for people who read a session.
  public var words: String {
    switch self {
    case .action(let action): action.words
    case .mark(let title): "mark: \(title)"
    case .note(let text): "note: \(QuotedText(text).asWritten)"
    case .fingerprint(let fingerprint):
      "computed: mean entropy by layer "
        + fingerprint.meanEntropies.map { "\(($0 * 1000).rounded() / 1000)" }.joined(separator: " ") + " nats"
    case .trained(let found):
      "trained: \(found.step) steps, loss \(((found.losses.last ?? 0) * 1000).rounded() / 1000)"
        + (found.accuracy.map { ", \(($0 * 1000).rounded() / 1000) of the held-out sentences" } ?? "")
    case .question(let question):
      "question: \(QuotedText(question.text).asWritten)" + (question.answer.map { " (\($0.words))" } ?? "")
    case .guess(let guess, let question): "guess: \(guess.words)" + (question.isEmpty ? "" : " for: \(question)")
    case .unknown(let object):
      "unknown to this version: \(object["action"]?.stringValue ?? "something"), skipped"
    }
  }
}

extension Answer {
  var words: String {
    switch self {
    case .cell(let query, let key): "query \(query), key \(key)"
    case .number(let number, let within): "\(number)" + (within > 0 ? ", give or take \(within)" : "")
    }
  }
}

extension Guess {
  var words: String {
    switch self {
    case .cell(let query, let key): "query \(query), key \(key)"
    case .number(let number): "\(number)"
    }
  }
}
