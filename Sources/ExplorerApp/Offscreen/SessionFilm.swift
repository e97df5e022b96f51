import Canvas
import Explorer
import ExplorerViews
import Models
import Pictures
import Sessions
import Support
import UserInput

/// A session as a series of pictures, computed anew, one at a time.
package struct SessionFilm {
  /// Whether marks, notes and questions are on the picture, as in a replay.
  private let saysNotes: Bool
  /// The status of the replay, as the screen shows it.
  private var playback: PlaybackStatus
  private var sequence: PictureSequence

  private let session: Session
  private var idle: IdleCap
  private var room: OffscreenExplorer
  private var played = 0
  /// The page of the hand-out that is being written.
  private var sheet: HandoutSheet
  /// What is said at the picture, with its numbers.
  private var words: String?
  private let note: (MessageText) -> Void

  /// - Parameters:
  ///   - idle: the longest that nothing happens, in seconds; nil leaves all as it was.
  ///   - mostProbabilities: how many bytes of probabilities are kept at most; nil: what is available decides.
  ///   - note: receives what should be known about the pictures.
  package init(
    _ session: Session, model: any EncodingSource, appearance: Appearance, size: Size, idle: Double?, saysNotes: Bool,
    training: TrainingGround = TrainingGround(), surveys: SurveyShelf = SurveyShelf(),
    mostProbabilities: Int? = nil, locator: @escaping @Sendable () -> ModelLocator = { .current },
    note: @escaping (MessageText) -> Void
  ) throws {
    self.session = session.withTrainingAsItWent
    self.note = note
    self.idle = IdleCap(longest: idle)
    self.saysNotes = saysNotes
    room = try OffscreenExplorer(
      State(model: model.description, reference: session.header.model.name), model: model, appearance: appearance,
      size: size, training: training, surveys: surveys, mostProbabilities: mostProbabilities, locator: locator)
    sequence = PictureSequence(size: size)
    sheet = HandoutSheet(title: session.header.title)
    playback = PlaybackStatus(
      title: session.header.title, position: 0, count: session.actions.count, time: 0, duration: session.duration,
      isPaused: false, speed: 1)
    playback.marks = session.marks.map(\.time)
    try tellPlayback()
  }

  /// The picture that was reached.
  package var canvas: Canvas { room.canvas }
  /// What the last action had to say.
  package var notice: String? { room.state.notice }

  /// How long it takes, in seconds: known before any of it is played.
  package static func duration(of session: Session, idle: Double?) -> Double {
    var cap = IdleCap(longest: idle)
    return session.events.reduce(0) { max($0, cap.shortened($1.time)) }
  }

  /// Plays on to a moment, in seconds of the session.
  ///
  /// - Parameters:
  ///   - show: is given every picture as it comes; none is kept here.
  ///   - sheet: is given every page of the hand-out: one before each mark, and one at the end.
  package mutating func play(
    to end: Double, show: (PictureFrame) throws -> Void, sheet: (HandoutSheet) throws -> Void = { _ in }
  ) throws {
    if played == 0 {
      // The first picture is the session's own.
      while played < session.opening { try next() }
      try take(PictureFrame(time: 0, canvas: room.canvas), show)
    }
    while played < session.events.count, session.events[played].time <= end {
      if case .mark(let title) = session.events[played].content { try finishSheet(HandoutSheet(title: title), sheet) }
      let time = idle.shortened(session.events[played].time)
      let mark = try next()
      try take(PictureFrame(time: time, canvas: room.canvas, mark: mark, note: words), show)
    }
    if played == session.events.count { try finishSheet(HandoutSheet(title: session.header.title), sheet) }
  }

  private mutating func finishSheet(_ next: HandoutSheet, _ show: (HandoutSheet) throws -> Void) throws {
    if self.sheet.picture == nil { self.sheet.picture = room.paperCanvas }
    if !self.sheet.isEmpty { try show(self.sheet) }
    self.sheet = next
  }

  /// Adds what is said to the page of the hand-out. What follows a question would give its answer away.
  private mutating func write(_ event: SessionEvent) {
    switch event.content {
    case .note:
      guard let words, !words.isEmpty else { return }
      if sheet.questions.isEmpty {
        sheet.notes.append(words)
        sheet.picture = room.paperCanvas
      } else {
        sheet.questions[sheet.questions.count - 1].explanation.append(words)
      }
    case .question(let question):
      if sheet.questions.isEmpty { sheet.picture = room.asking(question).paperCanvas }
      sheet.questions.append(
        HandoutSheet.Question(text: words ?? question.text, answer: question.answerInWords(room.state)))
    default: break
    }
  }

  /// - Returns: the title of a mark, where the next event is one.
  @discardableResult
  private mutating func next() throws -> String? {
    let event = session.events[played]
    played += 1
    let mark = try take(event)
    try tellPlayback(at: event.time)
    write(event)
    return mark
  }

  private mutating func take(_ frame: PictureFrame, _ show: (PictureFrame) throws -> Void) throws {
    if let frame = sequence.take(frame) { try show(frame) }
  }

  /// - Returns: the title of a mark, where the event is one.
  private mutating func take(_ event: SessionEvent) throws -> String? {
    switch event.content {
    case .action(let action):
      do { try room.take(.action(action)) } catch {
        // As on a screen: the picture says so, too, and the session goes on.
        note("at \(Float(event.time)) s: " + MessageText(error))
      }
      playback.position += 1
      playback.question = nil
    case .mark(let title):
      (playback.mark, playback.note) = (title, nil)
      return title
    case .note(let text):
      playback.note = text.isEmpty ? nil : text
      playback.question = nil
    case .question(let question):
      var status = QuestionStatus(question)
      (status.query, status.key) = (room.state.query, room.state.key)
      playback.question = status
    case .fingerprint, .trained, .guess, .unknown: break
    }
    return nil
  }

  /// Puts on the screen what a replay says there.
  private mutating func tellPlayback(at time: Double = 0) throws {
    playback.time = max(playback.time, time)
    try show(playback)
  }

  /// Words with their numbers: what these need is computed first.
  private mutating func show(_ playback: PlaybackStatus) throws {
    let asked = room.state.quoting(playback)
    if saysNotes || !asked.quantities.isEmpty { try room.take(.playback(asked)) }
    let shown = room.state.quoting(playback)
    words = shown.question?.question.text ?? shown.note
    if !saysNotes, !asked.quantities.isEmpty {
      try room.take(.playback(nil))
    } else if saysNotes, shown != asked {
      try room.take(.playback(shown))
    }
  }
}

extension Question {
  /// What is right, in words; nil where there is no answer.
  fileprivate func answerInWords(_ state: State) -> String? {
    switch answer {
    case .cell(let query, let key):
      let tokens = state.encoding?.input.names ?? []
      guard tokens.indices.contains(query), tokens.indices.contains(key) else { return "query \(query), key \(key)" }
      return "\(tokens[query]) asks \(tokens[key]) (query \(query), key \(key))"
    case .number(let number, let within):
      return "\(Float(number))" + (within > 0 ? ", give or take \(Float(within))" : "")
    case nil: return nil
    }
  }
}
