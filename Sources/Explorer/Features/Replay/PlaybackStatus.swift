/// Where in a session a replay is, and what it says there.
public struct PlaybackStatus: Sendable, Equatable {
  /// The title of the session.
  public var title: String
  /// How many actions were played.
  public var position: Int
  /// How many actions the session has.
  public var count: Int
  /// Seconds since the start of the session.
  public var time: Double
  /// Seconds from the start of the session to its end.
  public var duration: Double
  /// Whether it stands still before its end.
  public var isPaused: Bool
  /// How many seconds of the session pass in one second: 1 as it was recorded.
  public var speed: Double
  /// Something to know about this place, in a line.
  public var caption: String?
  /// The times of all marks.
  public var marks: [Double] = []
  /// The mark that was passed last.
  public var mark: String?
  /// The note that is shown.
  public var note: String?
  /// The question that is asked, or was answered, here; nil where there is none.
  public var question: QuestionStatus?
  /// Which part of a long note is shown, where there is no room for all of it; counted on beyond the last.
  public var notePage = 0
  /// True while the session is still being recorded, and shown as it grows.
  public var isLive = false
  /// How far the list of keys is scrolled; nil while it is closed.
  public var help: Int?

  /// A place in a session, times in seconds; there is no mark, note or question at it yet.
  public init(
    title: String, position: Int, count: Int, time: Double, duration: Double, isPaused: Bool, speed: Double,
    caption: String? = nil
  ) {
    self.title = title
    self.position = position
    self.count = count
    self.time = time
    self.duration = duration
    self.isPaused = isPaused
    self.speed = speed
    self.caption = caption
  }
}

/// A question that is being asked, and what the viewer makes of it.
public struct QuestionStatus: Sendable, Equatable {
  /// What the lesson asks.
  public var question: Question
  /// The cell that is chosen.
  public var query = 0
  /// The key of that cell; both are positions from 0.
  public var key = 0
  /// The number that is typed.
  public var number = ""
  /// Whether the answer is shown.
  public var isRevealed = false
  /// What was answered; nil where the answer was revealed without a guess.
  public var guess: Guess?

  /// A question that nobody has answered yet, with the first cell chosen.
  public init(_ question: Question) { self.question = question }

  /// Whether a number is asked for, and not a cell.
  public var asksForNumber: Bool {
    if case .number = question.answer { true } else { false }
  }

  /// Whether colours and numbers of the attention are hidden now.
  public var isVeiled: Bool { !isRevealed && question.veil == .heatmap }
}

/// Something that is typed in a line of its own and is no part of the exploration.
public struct Entry: Sendable, Equatable {
  /// What is being typed.
  public enum Kind: Sendable, Equatable {
    case mark, note, question
    /// A word to look for among marks and notes of a replay.
    case search
    /// Words that the list of sessions is searched for.
    case filter
    /// A new title for a session of the list.
    case title
  }

  /// What is being typed.
  public var kind: Kind
  /// The text so far, and where its cursor is.
  public var typed: EditedText

  /// The text so far.
  public var text: String { typed.text }

  /// Typing begins with a text, the cursor at its end.
  public init(_ kind: Kind, text: String = "") {
    self.kind = kind
    typed = EditedText(text)
  }

  func with(_ editor: LineEditor) -> Entry {
    var entry = self
    entry.typed = editor.edited
    return entry
  }
}

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
  /// Whether it comes with the program: it can be replayed and forked, and stays as it is.
  public var isLesson: Bool

  /// A line for a session; see the properties.
  public init(
    path: String, name: String, title: String, model: String, weights: String? = nil, created: String,
    seconds: Double, actions: Int, marks: [String], isLesson: Bool = false
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
    self.isLesson = isLesson
  }
}
