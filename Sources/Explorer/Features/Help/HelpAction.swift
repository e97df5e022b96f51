import JSON

/// The list of all keys, and closing what lies over the view.
public enum HelpAction: Sendable, Equatable {
  case open
  case scroll(Int)
  /// Whatever lies over the view closes.
  case close
}

extension HelpAction: FeatureAction {
  /// Opens or scrolls the list of keys, or closes what lies over the view. Lines below 0 become 0.
  public func perform(on state: inout State) {
    switch self {
    case .open: state.overlay = .help(scroll: 0)
    case .scroll(let scroll): state.overlay = .help(scroll: max(scroll, 0))
    case .close: state.overlay = nil
    }
  }

  // MARK: In a session

  /// The names of these actions in a session file.
  public static let names = ["openHelp", "scrollHelp", "closeOverlay"]

  /// How the action is written: its name and its members.
  public var recorded: RecordedAction {
    switch self {
    case .open: RecordedAction("openHelp")
    case .scroll(let scroll): RecordedAction("scrollHelp", [("to", .integer(scroll))])
    case .close: RecordedAction("closeOverlay")
    }
  }

  /// Reads an action by its name; nil if the name is not in `names`. Throws if a member is missing or invalid.
  public static func read(_ name: String, _ reader: MemberReader) throws(MalformedAction) -> HelpAction? {
    switch name {
    case "openHelp": return .open
    case "scrollHelp": return .scroll(try reader.count("to"))
    case "closeOverlay": return .close
    default: return nil
    }
  }

  /// A description of the action in plain words.
  public var words: String {
    switch self {
    case .open: "opens the help"
    case .scroll: "scrolls the help"
    case .close: "closes it"
    }
  }
}

// MARK: Short forms

extension Action {
  /// See ``HelpAction/open``.
  public static var openHelp: Action { .feature(HelpAction.open) }
  /// See ``HelpAction/scroll(_:)``: the first line that is shown, from 0.
  public static func scrollHelp(_ scroll: Int) -> Action { .feature(HelpAction.scroll(scroll)) }
  /// See ``HelpAction/close``.
  public static var closeOverlay: Action { .feature(HelpAction.close) }
}
