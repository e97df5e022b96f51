import Glibc
import Support
import Synchronization

/// A signal that asked the program to stop.
///
/// Commands that have something to say before they end watch for it; the others just die of it, and `Leftovers` go.
struct Interruption: Error {
  let signal: Int32

  private static let received = Atomic<Int32>(0)

  /// From here on the first signal only leaves word; a second one is obeyed at once.
  static func watch() {
    _ = received.load(ordering: .relaxed)
    for number in [SIGINT, SIGTERM, SIGHUP] where !Signals.isIgnored(number) {
      Signals.handleOnce(number) { Interruption.received.store($0, ordering: .relaxed) }
    }
  }

  static var isRequested: Bool { received.load(ordering: .relaxed) != 0 }

  /// Throws if a signal has come.
  static func check() throws(Interruption) {
    let signal = received.load(ordering: .relaxed)
    if signal != 0 { throw Interruption(signal: signal) }
  }
}
