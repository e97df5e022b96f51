import Canvas
import Explorer
import Models
import Pictures
import Sessions

/// A session as a series of pictures, computed anew.
struct SessionFilm {
  private(set) var series: PictureSeries
  /// Whether marks and notes are on the picture, where there is no room for them beside it.
  var saysNotes = false

  private let session: Session
  private let idle: Double?
  private var room: Darkroom
  /// What shortening waits has taken away so far, in seconds.
  private var saved = 0.0
  private var played = 0

  /// - Parameter idle: the longest that nothing happens, in seconds; nil leaves all as it was.
  init(_ session: Session, model: Model, appearance: Appearance, size: Size, idle: Double?) throws {
    self.session = session
    self.idle = idle
    room = try Darkroom(
      State(model: model.description, reference: session.header.model.name), model: model, appearance: appearance,
      size: size)
    series = PictureSeries(title: session.header.title, size: size)
    series.append(PictureFrame(time: 0, canvas: room.canvas))
  }

  /// The picture that was reached.
  var canvas: Canvas { room.canvas }

  /// Plays on to a moment, in seconds of the session.
  mutating func play(to end: Double) throws {
    while played < session.events.count, session.events[played].time <= end {
      let event = session.events[played]
      played += 1
      let wait = event.time - saved - series.duration
      if let idle, wait > idle { saved += wait - idle }
      try take(event, at: event.time - saved)
    }
  }

  private mutating func take(_ event: SessionEvent, at time: Double) throws {
    switch event.content {
    case .action(let action):
      do { try room.take(.action(action)) } catch let error as Interruption { throw error } catch {
        // As on a screen: the picture says so, too, and the session goes on.
        StandardStreams.note("at \(Float(event.time)) s: \(error)")
      }
      series.append(PictureFrame(time: time, canvas: room.canvas))
    case .mark(let title):
      if saysNotes { try room.take(.notice(title)) }
      series.append(PictureFrame(time: time, canvas: room.canvas, mark: title))
    case .note(let text):
      if saysNotes { try room.take(.notice(text)) }
      series.append(PictureFrame(time: time, canvas: room.canvas, note: text))
    case .question(let question): series.append(PictureFrame(time: time, canvas: room.canvas, note: question.text))
    case .fingerprint, .guess, .unknown: series.append(PictureFrame(time: time, canvas: room.canvas))
    }
  }
}
