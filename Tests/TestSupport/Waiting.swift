import Glibc

/// Whether something comes true within so many seconds that nobody tells of: what is on another program's screen, say, or
/// that it has ended. It is asked again and again, every hundredth of a second.
public func comesTrue(within seconds: Double, _ condition: () throws -> Bool) rethrows -> Bool {
  let clock = ContinuousClock()
  let end = clock.now + .seconds(seconds)
  while try !condition() {
    guard clock.now < end else { return false }
    poll(nil, 0, 10)
  }
  return true
}
