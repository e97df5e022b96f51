import Glibc
import Synchronization

/// A signal that asked the program to stop while it was writing.
///
/// Commands that have to clean up after themselves watch for it; the others just die of it.
struct Interruption: Error {
  let signal: Int32

  private static let received = Atomic<Int32>(0)

  /// From here on the signals only leave word.
  static func watch() {
    _ = received.load(ordering: .relaxed)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      Glibc.signal(number) { Interruption.received.store($0, ordering: .relaxed) }
    }
  }

  static var isRequested: Bool { received.load(ordering: .relaxed) != 0 }

  /// Throws if a signal has come.
  static func check() throws(Interruption) {
    let signal = received.load(ordering: .relaxed)
    if signal != 0 { throw Interruption(signal: signal) }
  }

  /// Dies of the signal, as whoever sent it expects.
  func end() -> Never {
    Glibc.signal(signal, SIG_DFL)
    raise(signal)
    Leaving.leave(128 + signal)
  }
}
