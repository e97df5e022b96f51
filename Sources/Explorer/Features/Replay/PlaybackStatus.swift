/// Where in a session a replay is, and what it says there.
public struct PlaybackStatus: Sendable, Equatable {
  /// The title of the session.
  public var title: String
  /// How many actions were played.
  public var position: Int
  /// How many events were played: actions, words, and what was noted of computations.
  public var events = 0
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
  /// The numbers in what is said that are computed from what is shown.
  public var quantities: [Quantity] = []
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

  /// A question that is not answered yet, with the first cell chosen.
  public init(_ question: Question) { self.question = question }

  /// Whether a number is asked for, and not a cell.
  public var asksForNumber: Bool {
    if case .number = question.answer { true } else { false }
  }

  /// Whether colours and numbers of the attention are hidden now.
  public var isVeiled: Bool { !isRevealed && question.veil == .heatmap }
}
