extension Player {
  /// The place after so many actions, as `stepForward` reaches it.
  public mutating func go(toAction count: Int) -> Move {
    let count = min(max(count, 0), places.count)
    isPaused = true
    return count == 0 ? go(to: 0, at: 0) : go(to: places[count - 1] + 1, at: session.events[places[count - 1]].time)
  }

  /// To a time in seconds since the start, cut to the session's duration; whether it is paused does not change.
  public mutating func seek(to seconds: Double) -> Move {
    let target = min(max(seconds, 0), session.duration)
    // The events up to that time; those at the very start have happened when one begins.
    var (low, high) = (0, session.events.count)
    while low < high {
      let middle = (low + high) / 2
      if session.events[middle].time <= target { low = middle + 1 } else { high = middle }
    }
    return go(to: target == 0 ? 0 : low, at: target)
  }

  /// So many seconds forwards, or backwards where negative.
  public mutating func seek(by seconds: Double) -> Move { seek(to: time + seconds) }

  /// To a share of the session, from 0 to 1.
  public mutating func seek(toShare share: Double) -> Move { seek(to: session.duration * share) }

  /// To the end of what is known; a session that is followed is shown live from there.
  public mutating func goToEnd() -> Move {
    if isFollowing { isPaused = false }
    return go(to: session.events.count, at: session.duration)
  }

  /// To the next mark, or the one before; nil where there is none.
  public mutating func goToMark(forward: Bool) -> Move? {
    let marks = session.events.indices.filter { if case .mark = session.events[$0].content { true } else { false } }
    let places = marks.map(place(ofMark:))
    // Shortly after a mark, "back" goes to the one before it.
    let target =
      forward
      ? zip(marks, places).first { $0.0 >= next }?.1
      : places.last { $0 + 1 < next && session.events[$0].time < max(time - 1, 0.001) }
    return target.map { go(to: $0 + 1, at: session.events[$0].time) }
  }

  /// Where a mark leads: to what is said there first, a note or a question, with the picture that it is about; to the mark itself where
  /// nothing is said before the next one.
  private func place(ofMark mark: Int) -> Int {
    for place in session.events.indices.dropFirst(mark + 1) {
      switch session.events[place].content {
      case .note(let text) where !text.isEmpty: return place
      case .question: return place
      case .mark: return mark
      default: break
      }
    }
    return mark
  }

  /// To a time or a mark as a person writes it; throws a `SessionError` where the session has no such place.
  public mutating func go(to place: SessionPlace) throws(SessionError) -> Move {
    let marks = session.events.indices.compactMap { index -> (time: Double, title: String)? in
      if case .mark(let title) = session.events[index].content { (session.events[index].time, title) } else { nil }
    }
    let time = try place.time(among: marks)
    // A mark is reached when it has been passed, and nothing after it.
    let mark = session.events.firstIndex { event in
      if case .mark = event.content { event.time == time && place.seconds == nil } else { false }
    }
    return mark.map { go(to: $0 + 1, at: time) } ?? seek(to: time)
  }

  /// To the next mark, note or question that holds a text, beginning anew at the end; nil where there is none.
  public mutating func search(_ text: String) -> Move? {
    let wanted = text.lowercased()
    func holds(_ index: Int) -> Bool {
      switch session.events[index].content {
      case .mark(let text), .note(let text): text.lowercased().contains(wanted)
      case .question(let question): question.text.lowercased().contains(wanted)
      default: false
      }
    }
    let all = Array(session.events.indices)
    guard !wanted.isEmpty, let target = (all[next...] + all[..<next]).first(where: holds) else { return nil }
    return go(to: target + 1, at: session.events[target].time)
  }
}
