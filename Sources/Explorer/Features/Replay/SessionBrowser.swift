/// The list of sessions, while it is open.
public struct SessionBrowser: Sendable, Equatable {
  /// Nil while they are being looked for.
  public var sessions: [SessionChoice]?
  /// The line that is marked, from 0.
  public var marked = 0
  /// What is searched for: a session of the list has all of these words. Empty for all sessions.
  public var filter = ""
  /// What happens in the marked session, in words.
  public var preview: [String] = []
  /// Whether something was deleted that can be brought back.
  public var canRestore = false

  /// The list opens: its sessions are being looked for, and all of them are shown.
  public init() {}

  /// The marked session.
  public var choice: SessionChoice? {
    guard let sessions, sessions.indices.contains(marked) else { return nil }
    return sessions[marked]
  }
}

/// A line in the list of sessions.
public struct SessionChoice: Sendable, Equatable {
  /// Whose session it is. What comes with the program can be replayed and forked, and stays as it is.
  public enum Origin: Sendable, Equatable {
    case own
    /// A lesson of the program: one of those that follow the lecture, numbered.
    case lesson
    /// Another session of the program, which shows a single thing.
    case example
  }

  /// Where the session's file is.
  public var path: String
  /// The file's name without its ending.
  public var name: String
  /// What the session is called.
  public var title: String
  /// The name of the model that it was recorded with.
  public var model: String
  /// The digest of the model's weights; nil where it is not known.
  public var weights: String?
  /// In UTC: 2026-01-31T12:00:00Z
  public var created: String
  /// Seconds from the start to the last event.
  public var seconds: Double
  /// How many actions it has.
  public var actions: Int
  /// The titles of its marks, in order.
  public var marks: [String]
  /// Whose session it is.
  public var origin: Origin

  /// A line for a session; see the properties.
  public init(
    path: String, name: String, title: String, model: String, weights: String? = nil, created: String,
    seconds: Double, actions: Int, marks: [String], origin: Origin = .own
  ) {
    self.path = path
    self.name = name
    self.title = title
    self.model = model
    self.weights = weights
    self.created = created
    self.seconds = seconds
    self.actions = actions
    self.marks = marks
    self.origin = origin
  }
}
