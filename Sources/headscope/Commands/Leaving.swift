import Glibc
import Support
import Terminal

/// The only way out of the program, for every command and any exit status.
///
/// `exit` would take the libraries down first, one by one, while threads still compute with them. Here the system
/// ends all threads at once; what has to be kept is written before: files and standard output by their writers, a session
/// by `ExplorerLoop.finish`.
enum Leaving {
  static func leave(_ status: Int32) -> Never {
    Terminal.giveBack()
    // What C libraries may have kept back; the program's own output has been written, and checked.
    fflush(nil)
    _exit(status)
  }

  /// Ends by a signal, as its sender expects.
  static func leave(by signal: Int32) -> Never {
    Terminal.giveBack()
    Signals.die(of: signal)
    leave(128 + signal)
  }
}
