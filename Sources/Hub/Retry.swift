import Glibc
import Support

/// How often something that can fail for the moment is tried, and how long is waited in between.
public struct RetryPolicy: Sendable {
  /// Tries in a row without any progress.
  public var attempts: Int
  /// Seconds before the second try; doubled each time.
  public var firstDelay: Double
  /// The longest wait, in seconds, whatever a server asks for.
  public var longestDelay: Double
  /// Bytes a second. Less than that for `patience` is a failure, and is no progress that would give tries back.
  public var slowestRate: Int
  /// Seconds.
  public var patience: Int

  /// A policy; see the properties.
  public init(
    attempts: Int = 5, firstDelay: Double = 1, longestDelay: Double = 60, slowestRate: Int = 1000, patience: Int = 60
  ) {
    self.attempts = attempts
    self.firstDelay = firstDelay
    self.longestDelay = longestDelay
    self.slowestRate = slowestRate
    self.patience = patience
  }

  /// Whether so many bytes in such a time are worth going on for.
  func isProgress(bytes: Int, in time: Duration) -> Bool {
    bytes > 0 && Double(bytes) >= Double(slowestRate) * (time / .seconds(1))
  }

  /// Seconds to wait after the given failure, counted from 1.
  func delay(afterFailure number: Int, askedFor: Double?) -> Double {
    min(max(firstDelay * Double(1 << min(number - 1, 16)), askedFor ?? 0), longestDelay)
  }
}

/// Waits, and looks several times a second whether it still should.
func wait(seconds: Double, isCancelled: () -> Bool) throws(HubError) {
  var left = seconds
  while left > 0 {
    if isCancelled() { throw .interrupted }
    let step = min(left, 0.1)
    var time = timespec(tv_sec: 0, tv_nsec: Int(saturating: step * 1e9) ?? 0)
    nanosleep(&time, nil)
    left -= step
  }
}
