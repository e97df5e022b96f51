import Explorer
import Insights
import Support

/// Plays a session: forwards as time passes, and to any place of it. It knows no clock; it is told.
///
/// What it says of a place follows from the place alone, so that going back shows what going there forwards has shown.
public struct Player: Sendable, Equatable {
  /// The result of a movement.
  public enum Move: Sendable, Equatable {
    case stay
    /// These events happen, one after the other.
    case play([SessionEvent])
    /// This is the state now.
    case go(Scene)
  }

  /// What is played, as far as it is known; a followed session grows.
  public private(set) var session: Session
  /// Session seconds a second.
  public var speed: Double { didSet { speed = Player.allowed(speed) } }
  /// Whether time stands still until a person goes on: after a pause, a step or a question.
  public internal(set) var isPaused: Bool
  /// Seconds since the start of the session.
  public private(set) var time = 0.0
  /// How many events have been played.
  public private(set) var next = 0
  /// How many actions have been played.
  public private(set) var playedActions = 0
  /// Whether the session may still grow, and is shown as it does.
  public private(set) var isFollowing: Bool
  /// Whether it begins anew at its end.
  public let loops: Bool

  /// The state at the beginning of the session.
  public let start: State
  private var scenes: SceneCache
  /// Where the actions are among the events.
  private(set) var places: [Int] = []
  /// What the viewer makes of questions, by their place among the events.
  var answers: [Int: QuestionStatus] = [:]
  /// A step of the lesson that is on its way; nil where none is.
  var way: Way?
  /// How many events the picture of the start is behind.
  var firstPlace = 0
  /// Seconds of a person's time that it has stood at its end.
  private var rested = 0.0

  /// The lowest speed, in session seconds a second.
  public static let slowest = 0.01
  /// The highest speed, in session seconds a second.
  public static let fastest = 1000.0
  /// A speed brought into the allowed range; 1 for NaN.
  private static func allowed(_ speed: Double) -> Double { speed.isNaN ? 1 : min(max(speed, slowest), fastest) }
  /// How far one key goes, in seconds.
  public static let jump = 5.0
  /// How long the last picture stays before a session begins anew, in seconds.
  static let rest = 3.0

  /// - Parameter start: the state at the beginning of the session, its model loaded or not.
  public init(
    _ session: Session, from start: State, speed: Double = 1, isPaused: Bool = false, loops: Bool = false,
    isFollowing: Bool = false
  ) {
    self.session = Session(header: session.header, problems: session.problems)
    self.speed = Player.allowed(speed)
    self.isPaused = isPaused
    self.loops = loops
    self.isFollowing = isFollowing
    self.start = start
    scenes = SceneCache(from: start)
    append(isFollowing ? session.events : session.withTrainingAsItWent.events)
  }

  private mutating func append(_ events: [SessionEvent]) {
    for event in events {
      var event = event
      if case .action(let action) = event.content {
        let action = asPlayed(action)
        event.content = .action(action)
        places.append(session.events.count)
        scenes.append(action)
      }
      session.events.append(event)
    }
  }

  /// Where another model than the recorded one is used, going back to it means the one that is used.
  private func asPlayed(_ action: Action) -> Action {
    action == .loadModel(session.header.model.name) ? .loadModel(start.exploration.model) : action
  }

  /// Whether all events that are known have been played.
  public var isAtEnd: Bool { next >= session.events.count }

  /// True where the screen shows what is being recorded.
  public var isLive: Bool { isFollowing && isAtEnd && !isPaused }

  var nextEvent: SessionEvent? { isAtEnd ? nil : session.events[next] }

  // MARK: As time passes

  /// Seconds of a person's time until something happens by itself; nil where nothing will.
  public var untilNext: Double? {
    if let way { return max(way.stay - way.waited, 0) }
    guard !isPaused else { return nil }
    guard let event = nextEvent else { return loops && next > 0 ? max(Player.rest - rested, 0) : nil }
    return max(event.time - time, 0) / speed
  }

  /// Stops or goes on; at the end of a session that is not followed, begins anew.
  public mutating func togglePause() -> Move {
    way = nil
    if isAtEnd, !isFollowing, next > 0 { return restart() }
    isPaused.toggle()
    return .stay
  }

  private mutating func restart() -> Move {
    isPaused = false
    return seek(to: 0)
  }

  /// Lets `seconds` of a person's time pass. A question stops the time.
  public mutating func advance(by seconds: Double) -> Move {
    guard way == nil else { return advanceOnWay(by: seconds) }
    guard !isPaused else { return .stay }
    guard !isAtEnd else {
      guard loops, next > 0 else { return .stay }
      rested += seconds
      return rested < Player.rest ? .stay : restart()
    }
    time = min(time + max(seconds, 0) * speed, session.duration)
    var due: [SessionEvent] = []
    while let event = nextEvent, event.time <= time {
      due.append(take(event))
      if case .question = event.content {
        isPaused = true
        time = event.time
        break
      }
    }
    meetQuestion()
    return due.isEmpty ? .stay : .play(due)
  }

  /// Adds what was recorded meanwhile. At the end of a followed session it is shown at once.
  public mutating func grow(by events: [SessionEvent]) -> Move {
    let wasLive = isLive
    append(events)
    guard wasLive else { return .stay }
    var due: [SessionEvent] = []
    while let event = nextEvent { due.append(take(event)) }
    time = session.duration
    meetQuestion()
    return .play(due)
  }

  /// Another session has come in the place of this one.
  public mutating func replace(with session: Session) -> Move {
    self = Player(
      session, from: start, speed: speed, isPaused: isPaused, loops: loops, isFollowing: isFollowing)
    return goToEnd()
  }

  mutating func take(_ event: SessionEvent) -> SessionEvent {
    next += 1
    time = max(time, event.time)
    if case .action = event.content { playedActions += 1 }
    return event
  }

  // MARK: Step by step

  /// Goes to the next action, or to a note or a question before it, and pauses there: one thing changes at a time, the
  /// picture or the words.
  public mutating func stepForward() -> Move {
    isPaused = true
    way = nil
    var events: [SessionEvent] = []
    stepping: while let event = nextEvent {
      events.append(take(event))
      switch event.content {
      case .action, .note, .question: break stepping
      default: break
      }
    }
    events += takeWhatBelongs()
    meetQuestion()
    return events.isEmpty ? .stay : .play(events)
  }

  /// What is noted of a computation belongs to the action before it.
  mutating func takeWhatBelongs() -> [SessionEvent] {
    var events: [SessionEvent] = []
    while let event = nextEvent, event.content.isOfComputation { events.append(take(event)) }
    return events
  }

  /// Goes back to where `stepForward` has stopped before, and pauses there.
  public mutating func stepBack() -> Move {
    isPaused = true
    let stops = (0..<next).reversed().filter { place in
      switch session.events[place].content {
      case .action, .note, .question: true
      default: false
      }
    }
    // The first stop is the one that is shown.
    guard let target = stops.dropFirst().first, target >= firstPlace else {
      return next <= firstPlace ? .stay : go(to: firstPlace, at: 0)
    }
    return go(to: max(target + 1, firstPlace), at: session.events[target].time)
  }

  // MARK: To any place; `Player+Seeking` finds which

  /// Everything up to an event, and what belongs to it.
  mutating func go(to place: Int, at time: Double) -> Move {
    next = min(max(place, firstPlace), session.events.count)
    self.time = time
    (rested, way) = (0, nil)
    if place > 0 { _ = takeWhatBelongs() }
    playedActions = places.partitioningIndex { $0 >= next }
    meetQuestion()
    return .go(scenes.scene(after: playedActions))
  }

  /// The scene that is on the screen.
  public mutating func scene() -> Scene { scenes.scene(after: playedActions) }

  /// What was recorded of the computation that belongs to this place, if anything was.
  public var lastFingerprint: Fingerprint? {
    guard next > 0, case .fingerprint(let fingerprint) = session.events[next - 1].content else { return nil }
    return fingerprint
  }

  /// The actions that lead to it.
  public var playedSoFar: ArraySlice<Action> { scenes.actions[..<playedActions] }

  // MARK: What to show

  /// What the replay shows of this place: its time, mark, note and question.
  public var status: PlaybackStatus {
    var status = PlaybackStatus(
      title: session.header.title, position: playedActions, count: places.count, time: time,
      duration: session.duration, isPaused: isPaused && !isAtEnd, speed: speed, caption: caption)
    status.marks = session.marks.map(\.time)
    status.events = next
    status.isLive = isLive
    status.question = question
    for event in session.events[..<next].reversed() {
      switch event.content {
      case .mark(let title) where status.mark == nil: status.mark = title
      case .note(let text) where status.note == nil: status.note = text
      default: break
      }
      if status.mark != nil { break }
    }
    if status.note?.isEmpty == true { status.note = nil }
    return status
  }

  private var caption: String? {
    if next > 0, case .unknown(let object) = session.events[next - 1].content {
      return "\"\(object["action"]?.stringValue ?? "something")\" is unknown to this version and was skipped"
    }
    guard isAtEnd, next > 0, !isFollowing, !loops else { return nil }
    return "The end of the session; Space begins anew, Tab explores on, q leaves."
  }
}

extension [Int] {
  /// How many of the sorted numbers lie before the first that fulfils a condition which all later ones fulfil, too.
  fileprivate func partitioningIndex(where fulfils: (Int) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if fulfils(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
