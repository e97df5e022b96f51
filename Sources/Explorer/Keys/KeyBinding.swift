import UserInput

/// Where keys have their meaning.
public enum KeyContext: Sendable, Hashable {
  case view(ViewID)
  case prompt, filter, help, models, interventions, diagnosis
  /// A replay, a question in one, and the list of its keys.
  case replay, question, replayHelp
  /// Typing beside the exploration, and the list of sessions.
  case entry, palette, sessions
  /// In presenter mode, before all others.
  case presenter
}

extension KeyContext: CaseIterable {
  /// Every view, and after them what lies over or beside a view.
  public static let allCases: [KeyContext] =
    views + [
      .prompt, .filter, .help, .models, .interventions, .diagnosis, .replay, .question, .replayHelp, .entry, .palette,
      .sessions,
      .presenter,
    ]
  /// Every view, with nothing lying over it.
  static let views = ViewID.allCases.map(KeyContext.view)
  /// Views with a query and a key under a cursor.
  static let crosshair = ViewID.allCases.filter { $0.marks.isSuperset(of: [.query, .key]) }.map(KeyContext.view)
}

extension KeyContext {
  /// The contexts beside the views whose keys are explained when they are pressed elsewhere.
  static let homes: [KeyContext] = [.presenter, .sessions, .models, .interventions, .diagnosis, .replay]

  /// The message that a key has a meaning in this context only, and how to get there.
  func only(_ key: Key) -> String {
    let place =
      switch self {
      case .presenter: "presenter mode only: P begins it"
      case .sessions: "the list of sessions only: S opens it"
      case .models: "the list of models only: M opens it"
      case .interventions: "the list of interventions only: e opens it"
      case .diagnosis: "the list of what looks odd only: ! opens it"
      default: "a replay only"
      }
    return "\(key.name) is a key of \(place)"
  }
}

/// One line of the table that the keymap, the help screen and the hints are made from.
public struct KeyBinding: Sendable {
  /// What the keys mean.
  public let command: Command
  /// Under which title of the help screen it stands.
  public let group: Group
  /// Where the keys mean it.
  public let contexts: Set<KeyContext>
  /// The keys, each of which is enough.
  public let keys: [Key]
  /// What it does, for the help screen.
  public let help: String
  /// A word or two for the line of hints; nil keeps it out of there.
  public let hint: String?
}

extension KeyBinding {
  /// Whether its hint is the last that gives way where there is little room: help, and leaving.
  package var comesLast: Bool { [.palette(.open), .quit, .replay(.openHelp), .replay(.leave)].contains(command) }

  init(
    _ command: Command, _ group: Group, _ contexts: [KeyContext], _ keys: [Key], _ help: String, hint: String? = nil
  ) {
    self.init(command: command, group: group, contexts: Set(contexts), keys: keys, help: help, hint: hint)
  }

  /// All keys of the program, in the order of hints.
  public static let all = Features.keys

  /// What the mouse does: help only.
  public static let mouse = "a click marks what it points at, or presses a hint; two open it; Shift selects text"

  /// The keys of a line editor, which are its own: help only.
  public static let editing: [(keys: String, help: String)] = [
    ("Left Right Ctrl-B Ctrl-F", "one character"), ("Ctrl-Left Ctrl-Right Alt-B Alt-F", "one word"),
    ("Home End Ctrl-A Ctrl-E", "start and end"), ("Ctrl-U Ctrl-K", "delete to the start, to the end"),
    ("Ctrl-W Alt-D", "delete the word before, after"),
  ]
}
