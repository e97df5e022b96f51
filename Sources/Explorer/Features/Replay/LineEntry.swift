/// Text that is being typed into a line at the bottom of the screen: a mark, a note, a title. It is not part of the exploration.
public struct LineEntry: Sendable, Equatable {
  /// What is being typed.
  public enum Kind: Sendable, Equatable {
    case mark, note, question
    /// A word to look for among marks and notes of a replay.
    case search
    /// Words that the list of sessions is searched for.
    case filter
    /// A new title for a session of the list.
    case title
    /// The path of a file of labelled sentences. It stays out of sessions.
    case sentences
    /// A token to go to, or two of them: a query and a key.
    case token
    /// A name for a file of the picture on the screen, or of its numbers.
    case file
    /// Words that the list of all keys is searched for, and that of kept places; a line of it is chosen.
    case command, place
    /// The name of a folder for the model that was trained, or a path.
    case trainedModel
    /// The path of a survey, to be shown, or to be compared with the one that is.
    case survey, secondSurvey
    /// Words that the numbers of a survey are searched for; one of them is chosen.
    case number
  }

  /// What is being typed.
  public let kind: Kind
  /// The text so far, and where its cursor is.
  public private(set) var field: TextField

  /// The line of a list that is marked, where there is one.
  public private(set) var marked = 0

  /// The text so far.
  public var text: String { field.text }

  /// Typing begins with a text, the cursor at its end.
  public init(_ kind: Kind, text: String = "") {
    self.kind = kind
    field = TextField(text, hasLines: kind == .note)
  }

  func with(_ field: TextField) -> LineEntry {
    var entry = self
    if field.text != self.field.text { entry.marked = 0 }
    entry.field = field
    return entry
  }

  /// With another line of the list marked.
  func marking(_ line: Int) -> LineEntry {
    var entry = self
    entry.marked = line
    return entry
  }
}
