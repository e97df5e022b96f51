import Explorer

extension [SessionEvent] {
  /// So many seconds after an action without another one say that its picture is to be looked at.
  private static let timeToLook = 1.9

  /// Whether a step of the lesson ends with an event: words do, and an action that time is left to look at. Walking from
  /// head to head and typing letter by letter is on the way.
  func endsStep(at place: Int) -> Bool {
    switch self[place].content {
    case .note(let text): return !text.isEmpty || place == count - 1
    case .question: return true
    case .action:
      guard let next = placeOfNext(after: place) else { return true }
      guard case .action = self[next].content else { return false }
      return self[next].time - self[place].time >= Self.timeToLook
    case .mark, .fingerprint, .trained, .guess, .unknown: return false
    }
  }

  /// Whether people look at the picture that an action leads to: a step ends there, or words are said to it.
  func isLookedAt(after place: Int) -> Bool {
    if endsStep(at: place) { return true }
    guard let next = placeOfNext(after: place), case .note = self[next].content else { return false }
    return true
  }

  /// The next action, note or question.
  private func placeOfNext(after place: Int) -> Int? {
    self[(place + 1)...].firstIndex { event in
      switch event.content {
      case .action, .note, .question: true
      case .mark, .fingerprint, .trained, .guess, .unknown: false
      }
    }
  }

  /// How many events a session begins with: what is done at once, before anything is said.
  var opening: Int {
    prefix { event in
      switch event.content {
      case .action: event.time <= 0
      case .fingerprint, .trained: true
      default: false
      }
    }.count
  }
}

extension Player {
  /// How long a step of the lesson is on its way at most, in seconds, and how long it stays at each action.
  private static let longestWay = 0.9
  private static let longestStay = 0.06

  /// Begins where the session's own first picture is on the screen. There its start is, too, from then on.
  public mutating func open() {
    firstPlace = session.events.opening
    _ = go(to: firstPlace, at: 0)
  }

  /// Goes on by a step of the lesson: to the next note or question, or the next picture that time is left to look at. What
  /// is done on the way is seen, quickly; asked for again meanwhile, the step is at its end at once.
  public mutating func lessonForward() -> Move {
    isPaused = true
    if let way {
      self.way = nil
      return walk(to: way.end)
    }
    let rest = session.events.indices[next...]
    guard !rest.isEmpty else { return .stay }
    let end = rest.first { session.events.endsStep(at: $0) }.map { $0 + 1 } ?? session.events.count
    let (actions, trains) = session.events[next..<end].reduce(into: (0, false)) { found, event in
      if case .action = event.content { found.0 += 1 }
      if case .trained = event.content { found.1 = true }
    }
    guard actions > 1 || trains else { return walk(to: end) }
    way = Way(end: end, stay: min(Self.longestStay, Self.longestWay / Double(actions)))
    return walk(to: endOfAction(before: end))
  }

  /// Whether a step of the lesson is on its way.
  public var isOnItsWay: Bool { way != nil }

  /// Goes back to where the step of the lesson before has ended.
  public mutating func lessonBack() -> Move {
    isPaused = true
    let events = session.events
    let target = (0..<next).last { place in
      guard events.endsStep(at: place) else { return false }
      // The step whose end is shown is not the one before.
      return events[(place + 1)..<next].contains { !$0.content.isOfComputation }
    }
    if let target, target >= firstPlace { return go(to: target + 1, at: events[target].time) }
    return next <= firstPlace ? .stay : go(to: firstPlace, at: 0)
  }

  /// Lets a person's time pass on the way.
  mutating func advanceOnWay(by seconds: Double) -> Move {
    guard var way else { return .stay }
    way.waited += max(seconds, 0)
    var end = next
    while way.waited >= way.stay, end < way.end {
      way.waited -= way.stay
      end = endOfAction(from: end, before: way.end)
      // Training has to come to its end first.
      if end < session.events.count, case .trained = session.events[end].content { break }
    }
    self.way = end < way.end ? way : nil
    return walk(to: end)
  }

  private func endOfAction(before end: Int) -> Int { endOfAction(from: next, before: end) }

  /// Behind the next action; behind everything where no further one follows.
  private func endOfAction(from start: Int, before end: Int) -> Int {
    func isAction(_ place: Int) -> Bool { if case .action = session.events[place].content { true } else { false } }
    guard let action = (start..<end).first(where: isAction) else { return end }
    let after = action + 1
    let isTraining = after < end && session.events[after].content.isTrained
    return isTraining || (after..<end).contains(where: isAction) ? after : end
  }

  private mutating func walk(to end: Int) -> Move {
    var events: [SessionEvent] = []
    while next < end, let event = nextEvent { events.append(take(event)) }
    if way == nil { events += takeWhatBelongs() }
    meetQuestion()
    return events.isEmpty ? .stay : .play(events)
  }
}

/// A step of the lesson on its way.
struct Way: Sendable, Equatable {
  /// Behind its last event.
  let end: Int
  /// How long it stays at each action, in seconds.
  let stay: Double
  /// How long it has stayed at the present one.
  var waited = 0.0
}

extension SessionEvent.Content {
  fileprivate var isTrained: Bool { if case .trained = self { true } else { false } }
}
