import JSON

/// What is done with the running text beside a head.
public enum DocumentAction: Sendable, Equatable {
  /// Whether it is shown.
  case show(Bool)
}

extension DocumentAction: FeatureAction {
  /// Shows the text, or takes it away.
  public func perform(on state: inout State) {
    switch self {
    case .show(let isShown): state.exploration.document.isShown = isShown
    }
  }

  // MARK: In a session

  /// The names of these actions in a session file.
  public static let names = ["showText"]

  /// How the action is written: its name and its members.
  public var recorded: RecordedAction {
    switch self {
    case .show(let isShown): RecordedAction("showText", [("on", .bool(isShown))])
    }
  }

  /// Reads an action by its name; nil if the name is not in `names`. Throws if a member is missing or invalid.
  public static func read(_ name: String, _ reader: MemberReader) throws(MalformedAction) -> DocumentAction? {
    name == "showText" ? .show(try reader.flag("on")) : nil
  }

  /// A description of the action in plain words.
  public var words: String {
    switch self {
    case .show(true): "the text beside the head"
    case .show(false): "one head without the text"
    }
  }
}

extension Action {
  /// An action of this feature.
  public static func document(_ action: DocumentAction) -> Action { .feature(action) }
}
