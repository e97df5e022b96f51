import Glibc
import Support
import Terminal

/// The one way out of the program, for every command and whatever it came to.
///
/// `exit` would take the libraries down first, one by one, while threads still compute with them. Here the system takes all
/// threads away at once; what has to be kept is written before: files and standard output by whoever writes them, a session
/// by `ExplorerLoop.finish`.
enum Leaving {
  static func leave(_ status: Int32) -> Never {
    Terminal.giveBack()
    // What C libraries may have kept back; the program's own output has been written, and checked.
    fflush(nil)
    _exit(status)
  }

  /// Ends by a signal, as whoever sent it expects.
  static func leave(by signal: Int32) -> Never {
    Terminal.giveBack()
    Signals.die(of: signal)
    leave(128 + signal)
  }
}
