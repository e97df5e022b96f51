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
  private let note: (MessageText) -> Void

  /// - Parameters:
  ///   - idle: the longest that nothing happens, in seconds; nil leaves all as it was.
  ///   - note: receives what should be known about the pictures.
  package init(
    _ session: Session, model: Model, appearance: Appearance, size: Size, idle: Double?, saysNotes: Bool,
    training: TrainingGround = TrainingGround(), locator: @escaping @Sendable () -> ModelLocator = { .current },
    note: @escaping (MessageText) -> Void
  ) throws {
    self.session = session.withTrainingAsItWent
    self.note = note
    self.idle = IdleCap(longest: idle)
    self.saysNotes = saysNotes
    room = try OffscreenExplorer(
      State(model: model.description, reference: session.header.model.name), model: model, appearance: appearance,
      size: size, training: training, locator: locator)
    sequence = PictureSequence(size: size)
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
  /// - Parameter show: is given every picture as it comes; none is kept here.
  package mutating func play(to end: Double, show: (PictureFrame) throws -> Void) throws {
    if played == 0 { try take(PictureFrame(time: 0, canvas: room.canvas), show) }
    while played < session.events.count, session.events[played].time <= end {
      let event = session.events[played]
      played += 1
      let time = idle.shortened(event.time)
      let mark = try take(event)
      try tellPlayback(at: event.time)
      let words = playback.question?.question.text ?? playback.note
      try take(PictureFrame(time: time, canvas: room.canvas, mark: mark, note: words), show)
    }
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
    guard saysNotes else { return }
    playback.time = max(playback.time, time)
    try room.take(.playback(playback))
  }
}
