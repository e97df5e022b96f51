import Glibc

/// How long tests wait for what must come, in seconds: longer than any machine takes that does anything at all, however
/// many others it has to do. Only what never comes takes so long.
public let patience = 180.0

/// Whether something comes true that nobody tells of: what is on another program's screen, say, or that it has ended. It is asked
/// again and again, ever more seldom, up to ten times a second.
public func comesTrue(within seconds: Double = patience, _ condition: () throws -> Bool) rethrows -> Bool {
  let clock = ContinuousClock()
  let end = clock.now + .seconds(seconds)
  var pause: Int32 = 5
  while try !condition() {
    guard clock.now < end else { return false }
    poll(nil, 0, pause)
    pause = min(pause + pause / 4 + 1, 100)
  }
  return true
}
