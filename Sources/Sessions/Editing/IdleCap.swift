/// Shortens pauses that are longer than a given number of seconds.
public struct IdleCap: Sendable {
  private let longest: Double?
  private var earlier = 0.0
  private var removed = 0.0

  /// - Parameter longest: the longest pause, in seconds; nil leaves all as it was.
  public init(longest: Double?) { self.longest = longest }

  /// When something happens now that happened at `time`, both in seconds. Asked in the order of the times.
  public mutating func shortened(_ time: Double) -> Double {
    if let longest { removed += max(time - earlier - longest, 0) }
    earlier = time
    return time - removed
  }
}

extension Session {
  /// The session with no pause longer than so many seconds.
  public func cappingIdle(at longest: Double) -> Session {
    var session = self
    var cap = IdleCap(longest: longest)
    for index in session.events.indices { session.events[index].time = cap.shortened(session.events[index].time) }
    return session
  }
}
