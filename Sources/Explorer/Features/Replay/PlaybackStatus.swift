/// Where in a session a replay is, and what it says there.
public struct PlaybackStatus: Sendable, Equatable {
  public var title: String
  /// How many actions were played.
  public var position: Int
  public var count: Int
  /// Seconds since the start of the session.
  public var time: Double
  public var duration: Double
  public var isPaused: Bool
  public var speed: Double
  /// Something to know about this place, in a line.
  public var caption: String?
  /// The times of all marks.
  public var marks: [Double] = []
  /// The mark that was passed last.
  public var mark: String?
  /// The note that is shown.
  public var note: String?
  public var question: QuestionStatus?
  /// Which part of a long note is shown, where there is no room for all of it; counted on beyond the last.
  public var notePage = 0
  /// True while the session is still being recorded, and shown as it grows.
  public var isLive = false
  /// How far the list of keys is scrolled; nil while it is closed.
  public var help: Int?

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
  public var question: Question
  /// The cell that is chosen.
  public var query = 0
  public var key = 0
  /// The number that is typed.
  public var number = ""
  /// Whether the answer is shown.
  public var isRevealed = false
  /// What was answered; nil where the answer was revealed without a guess.
  public var guess: Guess?

  public init(_ question: Question) { self.question = question }

  /// Whether a number is asked for, and not a cell.
  public var asksForNumber: Bool {
    if case .number = question.answer { true } else { false }
  }

  public var isVeiled: Bool { !isRevealed && question.veil == .heatmap }
}

/// Something that is typed in a line of its own and is no part of the exploration.
public struct Entry: Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    case mark, note, question
    /// A word to look for among marks and notes of a replay.
    case search
    /// Words that the list of sessions is searched for.
    case filter
    /// A new title for a session of the list.
    case title
  }

  public var kind: Kind
  public var typed: EditedText

  public var text: String { typed.text }

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
  public var marked = 0
  public var filter = ""
  /// What happens in the marked session, in words.
  public var preview: [String] = []
  /// Whether something was deleted that can be brought back.
  public var canRestore = false

  public init() {}

  /// The marked session.
  public var choice: SessionChoice? {
    guard let sessions, sessions.indices.contains(marked) else { return nil }
    return sessions[marked]
  }
}

/// A line in the list of sessions.
public struct SessionChoice: Sendable, Equatable {
  public var path: String
  public var name: String
  public var title: String
  public var model: String
  /// The digest of the model's weights; nil where it is not known.
  public var weights: String?
  /// In UTC: 2026-01-31T12:00:00Z
  public var created: String
  public var seconds: Double
  public var actions: Int
  public var marks: [String]
  /// Whether it comes with the program: it can be replayed and forked, and stays as it is.
  public var isLesson: Bool

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
