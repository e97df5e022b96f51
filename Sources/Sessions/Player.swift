import Explorer

/// Plays a session: which events are due, as time passes or step by step. It knows no clock; it is told.
public struct Player: Sendable {
  public let session: Session
  /// Session seconds a second.
  public var speed: Double
  public private(set) var isPaused: Bool
  /// Seconds since the start of the session.
  public private(set) var time = 0.0
  private var next = 0
  private var playedActions = 0
  private var caption: String?

  public init(_ session: Session, speed: Double = 1, isPaused: Bool = false) {
    self.session = session
    self.speed = speed
    self.isPaused = isPaused
  }

  public var isAtEnd: Bool { next >= session.events.count }

  public mutating func togglePause() { isPaused.toggle() }

  /// Lets `seconds` of a person's time pass, and returns the events that have become due.
  public mutating func advance(by seconds: Double) -> [SessionEvent] {
    guard !isPaused, !isAtEnd else { return [] }
    time = min(time + max(seconds, 0) * speed, session.duration)
    var due: [SessionEvent] = []
    while let event = nextEvent, event.time <= time { due.append(take(event)) }
    return due
  }

  /// Goes to the next action, and pauses there: the events up to it, and it.
  public mutating func step() -> [SessionEvent] {
    isPaused = true
    var events: [SessionEvent] = []
    while let event = nextEvent {
      time = max(time, event.time)
      events.append(take(event))
      if case .action = event.content { break }
    }
    // What was noted of the computation belongs to the action before it.
    while let event = nextEvent, case .fingerprint = event.content {
      time = max(time, event.time)
      events.append(take(event))
    }
    return events
  }

  /// Seconds of a person's time until the next event; nil while paused or at the end.
  public var untilNext: Double? {
    guard !isPaused, let event = nextEvent else { return nil }
    return max(event.time - time, 0) / speed
  }

  public var status: PlaybackStatus {
    PlaybackStatus(
      title: session.header.title, position: playedActions, count: actionCount, time: time, duration: session.duration,
      isPaused: isPaused && !isAtEnd, speed: speed,
      caption: caption ?? (isAtEnd ? "The end of the session; q leaves." : nil))
  }

  private var actionCount: Int {
    session.events.count { if case .action = $0.content { true } else { false } }
  }

  private var nextEvent: SessionEvent? { isAtEnd ? nil : session.events[next] }

  private mutating func take(_ event: SessionEvent) -> SessionEvent {
    next += 1
    switch event.content {
    case .action: playedActions += 1
    case .mark(let text), .note(let text): caption = text
    case .unknown(let object):
      caption = "\"\(object["action"]?.stringValue ?? "something")\" is unknown to this version and was stepped over"
    case .question(let question): caption = question.text
    case .fingerprint, .guess: break
    }
    return event
  }
}
