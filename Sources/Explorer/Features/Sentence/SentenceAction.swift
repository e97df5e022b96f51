import JSON

/// What is done with the sentences of the batch, and in the prompt.
public enum SentenceAction: Sendable, Equatable {
  /// The batch to look at, and the second text of each, if any.
  case texts([String], pair: String?)
  /// Which sentence of the batch is shown, from 0.
  case select(Int)
  /// The sentence prompt opens on the sentences of the batch, one a line.
  case openPrompt
  /// The text in the prompt, and the cursor as a number of characters before it.
  case type(String, cursor: Int)
  /// A change of a long text in the prompt: `Action.typing` says which of the two it is.
  case edit(TextEdit)
  /// The prompt goes over to the second text, or back to the sentences.
  case switchText
  /// The prompt closes and the typed text stays.
  case keepText
  /// The prompt closes and the text from before comes back.
  case restoreText
}

extension SentenceAction: FeatureAction {
  /// Changes the batch, the sentence that is shown or the prompt. Typing opens the prompt where it is closed.
  public func perform(on state: inout State) {
    switch self {
    case .texts(let texts, let pair):
      state.exploration.interventions.forgetTokens(of: nil)
      state.texts = texts.isEmpty ? [""] : texts
      state.pair = pair
      state.sentence = min(state.sentence, state.texts.count - 1)
      state.prompt = nil
    case .select(let index): state.sentence = min(max(index, 0), state.texts.count - 1)
    case .openPrompt: state.openPrompt()
    case .type(let text, let cursor): state.type(text, cursor: cursor)
    case .edit(let edit): state.edit(edit)
    case .switchText: state.prompt?.switchText()
    case .keepText: state.keepText()
    case .restoreText: state.prompt = nil
    }
  }

  // MARK: In a session

  /// The names of these actions in a session file.
  public static let names = [
    "texts", "selectSentence", "openPrompt", "type", "edit", "switchText", "keepText", "restoreText",
  ]
  /// A batch without a second text has no `pair`.
  public static let optionalMembers = ["texts": ["pair"]]

  /// How the action is written: its name and its members.
  public var recorded: RecordedAction {
    switch self {
    case .texts(let texts, let pair):
      RecordedAction(
        "texts",
        [("texts", .array(texts.map { JSONValue($0) }))] + (pair.map { [(JSONString("pair"), JSONValue($0))] } ?? []))
    case .select(let index): RecordedAction("selectSentence", [("sentence", .integer(index))])
    case .openPrompt: RecordedAction("openPrompt")
    case .type(let text, let cursor): RecordedAction("type", [("text", JSONValue(text)), ("cursor", .integer(cursor))])
    case .edit(let edit):
      RecordedAction(
        "edit",
        [
          ("from", .integer(edit.from)), ("to", .integer(edit.to)), ("text", JSONValue(edit.text)),
          ("cursor", .integer(edit.cursor)),
        ])
    case .switchText: RecordedAction("switchText")
    case .keepText: RecordedAction("keepText")
    case .restoreText: RecordedAction("restoreText")
    }
  }

  /// Reads an action by its name; nil if the name is not in `names`. Throws if a member is missing or invalid.
  public static func read(_ name: String, _ reader: MemberReader) throws(MalformedAction) -> SentenceAction? {
    switch name {
    case "texts": return .texts(try reader.strings("texts"), pair: try reader.optionalString("pair"))
    case "selectSentence": return .select(try reader.count("sentence"))
    case "openPrompt": return .openPrompt
    case "type": return .type(try reader.string("text"), cursor: try reader.count("cursor"))
    case "edit":
      return .edit(
        TextEdit(
          from: try reader.count("from"), to: try reader.count("to"), text: try reader.string("text"),
          cursor: try reader.count("cursor")))
    case "switchText": return .switchText
    case "keepText": return .keepText
    case "restoreText": return .restoreText
    default: return nil
    }
  }

  /// A description of the action in plain words. Sentences count from 0; a text of many lines stands in one.
  public var words: String {
    switch self {
    case .texts(let texts, let pair):
      (texts.count == 1 ? "sentence \"\(texts[0])\"" : "\(texts.count) sentences: \(texts.joined(separator: " / "))")
        + (pair.map { " with \"\($0)\"" } ?? "")
    case .select(let index): "sentence \(index) of the batch"
    case .openPrompt: "begins to type"
    case .type(let text, _): "types \"\(text.inOneLine)\""
    case .edit(let edit):
      edit.text.isEmpty ? "edits what is typed" : "types \"\(edit.text.inOneLine)\" into a long text"
    case .switchText: "goes over to the other text"
    case .keepText: "keeps the typed sentence"
    case .restoreText: "takes the sentence from before back"
    }
  }
}

extension String {
  /// The lines of what is typed, beside each other.
  fileprivate var inOneLine: String { split(separator: "\n").joined(separator: " / ") }
}

// MARK: Short forms

extension Action {
  /// See ``SentenceAction/texts(_:pair:)``.
  public static func texts(_ texts: [String], pair: String?) -> Action {
    .feature(SentenceAction.texts(texts, pair: pair))
  }
  /// See ``SentenceAction/select(_:)``: a sentence of the batch, from 0.
  public static func selectSentence(_ index: Int) -> Action { .feature(SentenceAction.select(index)) }
  /// See ``SentenceAction/openPrompt``.
  public static var openPrompt: Action { .feature(SentenceAction.openPrompt) }
  /// See ``SentenceAction/type(_:cursor:)``: how many characters stand before the cursor.
  public static func type(_ text: String, cursor: Int) -> Action { .feature(SentenceAction.type(text, cursor: cursor)) }
  /// See ``SentenceAction/edit(_:)``.
  public static func edit(_ edit: TextEdit) -> Action { .feature(SentenceAction.edit(edit)) }
  /// See ``SentenceAction/switchText``.
  public static var switchText: Action { .feature(SentenceAction.switchText) }
  /// See ``SentenceAction/keepText``.
  public static var keepText: Action { .feature(SentenceAction.keepText) }
  /// See ``SentenceAction/restoreText``.
  public static var restoreText: Action { .feature(SentenceAction.restoreText) }

  /// Up to this many bytes, every change is written with the whole text, which is easier to read in a session file.
  private static let longestRetold = 1000

  /// What is typed into the prompt: the whole text, or what changes in a long one.
  static func typing(from old: TextField, to new: TextField) -> Action {
    if new.text.utf8.count > longestRetold {
      let edit = TextEdit(from: old, to: new)
      if edit.text.utf8.count < new.text.utf8.count / 2 { return .edit(edit) }
    }
    return .type(new.text, cursor: new.cursor)
  }
}
