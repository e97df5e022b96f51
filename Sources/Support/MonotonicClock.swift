/// The time that has passed since the program first asked for it: it never runs backwards, whatever happens to the date.
public enum MonotonicClock {
  private static let start = ContinuousClock.now

  /// Since the first call.
  public static var now: Duration { ContinuousClock.now - start }
}

extension Duration {
  /// In seconds.
  public var seconds: Double { self / .seconds(1) }

  /// Whole milliseconds, rounded down.
  public var wholeMilliseconds: Int {
    let (seconds, attoseconds) = components
    return Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
  }
}
