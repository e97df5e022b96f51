import Explorer
import Insights

extension SessionEvent.Content {
  /// The event in plain words, for people who read a session.
  public var words: String {
    switch self {
    case .action(let action): action.words
    case .mark(let title): "mark: \(title)"
    case .note(let text): "note: \(text)"
    case .fingerprint(let fingerprint):
      "computed: mean entropy by layer "
        + fingerprint.meanEntropies.map { "\(($0 * 1000).rounded() / 1000)" }.joined(separator: " ") + " nats"
    case .question(let question): "question: \(question.text)" + (question.answer.map { " (\($0.words))" } ?? "")
    case .guess(let guess, let question): "guess: \(guess.words)" + (question.isEmpty ? "" : " for: \(question)")
    case .unknown(let object):
      "unknown to this version: \(object["action"]?.stringValue ?? "something"), stepped over"
    }
  }
}

extension Action {
  /// What was done, in plain words. Layers, heads and positions count from 0.
  var words: String {
    switch self {
    case .undo: "takes the last change back"
    case .reset: "sets everything back"
    case .begin: "begins here"
    case .redo: "brings it again"
    case .texts(let texts, let pair):
      (texts.count == 1 ? "sentence \"\(texts[0])\"" : "\(texts.count) sentences: \(texts.joined(separator: " / "))")
        + (pair.map { " with \"\($0)\"" } ?? "")
    case .selectSentence(let index): "sentence \(index) of the batch"
    case .openPrompt: "begins to type"
    case .type(let text, _): "types \"\(text.inOneLine)\""
    case .edit(let edit):
      edit.text.isEmpty ? "edits what is typed" : "types \"\(edit.text.inOneLine)\" into a long text"
    case .switchText: "goes over to the other text"
    case .keepText: "keeps the typed sentence"
    case .restoreText: "takes the sentence from before back"
    case .show(let view): "shows the \(view.title.lowercased()) view"
    case .selectHead(let index): "layer \(index.layer) head \(index.head)"
    case .selectPair(let query, let key): "query \(query), key \(key)"
    case .zoom(.fit): "cells as large as they fit"
    case .zoom(.fixed(.number)): "cells with numbers"
    case .zoom(.fixed(.block)): "cells without numbers"
    case .zoom(.fixed(.dot)): "a dot for every pair"
    case .zoom(.fixed(.pooled(let factor))): "a dot for the maximum of \(factor) x \(factor) pairs"
    case .pad(let length): length.map { "pad to \($0)" } ?? "padding off"
    case .padSide(let side): "PAD on the \(side.rawValue)"
    case .mask(let mode): "mask \(mode.rawValue)"
    case .colors(let name): "colours \(name)"
    case .range(.all): "one scale for all heads"
    case .range(.head): "a scale for each head"
    case .countFrom(let first): "counts from \(first)"
    case .heads(let action): action.words
    case .steps(let action): action.words
    case .maskView(let action): action.words
    case .compare(let action): action.words
    case .words(let action): action.words
    case .flow(let action): action.words
    case .diagnosis(let action): action.words
    case .openHelp: "opens the help"
    case .scrollHelp: "scrolls the help"
    case .openModels: "opens the list of models"
    case .markModel(let line): "marks line \(line) of the list"
    case .loadModel(let reference): "loads \(reference)"
    case .closeOverlay: "closes it"
    case .lever(let action): action.words
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

extension String {
  /// The lines of what is typed, beside each other.
  fileprivate var inOneLine: String { split(separator: "\n").joined(separator: " / ") }
}
