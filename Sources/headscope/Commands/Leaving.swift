import Glibc
import Terminal

/// The one way out of the program, for every command and whatever it came to.
///
/// `exit` would take the libraries down first, one by one, while threads still compute with them. Here the system takes all
/// threads away at once; what has to be kept is written before: files by whoever writes them, a session by
/// `Journal.finish`.
enum Leaving {
  static func leave(_ status: Int32) -> Never {
    Terminal.giveBack()
    var status = status
    if fflush(nil) != 0, status == EXIT_SUCCESS {
      let reason = errno
      // Whoever was reading has seen enough.
      if reason != EPIPE {
        StandardStreams.complain("cannot write standard output: \(String(cString: strerror(reason)))")
      }
      status = EXIT_FAILURE
    }
    _exit(status)
  }
}
