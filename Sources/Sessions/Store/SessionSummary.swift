/// What a list says of a session.
public struct SessionSummary: Sendable, Equatable {
  /// A place in a session that has a name.
  public struct Mark: Sendable, Equatable {
    /// Seconds since the start.
    public var time: Double
    /// The name of the place. Untrusted.
    public var title: String
  }

  /// The path of the session file.
  public var path: String
  /// The first line of the file.
  public var header: SessionHeader
  /// Seconds from the start to the last event.
  public var duration = 0.0
  /// How many actions there are, unknown ones among them.
  public var actions = 0
  /// Whether there is an action that is not what the session begins with.
  public var hasChanges = true
  /// How many notes there are.
  public var notes = 0
  /// How many questions there are.
  public var questions = 0
  /// The marks, in the order of the file.
  public var marks: [Mark] = []
  /// Sentences and notes, for the search.
  public var texts: [String] = []

  /// The file's name without its ending.
  public var name: String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return name.hasSuffix(".jsonl") ? String(name.dropLast(6)) : name
  }

  /// The number of a lesson of the program, with which its file's name begins; nil for other sessions.
  public var lessonNumber: Int? { SessionStore.lessonNumber(of: path) }

  /// Whether nothing was done in it: the program was started and left.
  public var isEmpty: Bool { !hasChanges && notes == 0 && questions == 0 && marks.isEmpty }

  /// Whether every word of a search stands somewhere in the title, the file's name, the model, a mark, a note or a
  /// sentence; capital letters do not matter.
  public func matches(_ search: String) -> Bool {
    let words = search.lowercased().split(whereSeparator: \.isWhitespace)
    guard !words.isEmpty else { return true }
    let places = ([header.title, name, header.model.name, header.created] + marks.map(\.title) + texts)
      .map { $0.lowercased() }
    return words.allSatisfy { word in places.contains { $0.contains(word) } }
  }
}
