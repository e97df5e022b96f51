extension Session {
  /// The session with no pause longer than so many seconds. Nobody wants to watch somebody else fetch a coffee.
  public func cappingIdle(at longest: Double) -> Session {
    var session = self
    var earlier = 0.0
    var removed = 0.0
    for index in session.events.indices {
      let pause = session.events[index].time - earlier
      earlier = session.events[index].time
      removed += max(pause - longest, 0)
      session.events[index].time -= removed
    }
    return session
  }
}
