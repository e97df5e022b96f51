import Glibc
import Synchronization

/// The names of files that are still being built, so that whatever ends the program removes them.
///
/// Names are random and never used twice: one that has been given up can stay in the list, since removing it again does nothing.
public enum Leftovers {
  private struct Entry {
    let path: UnsafeMutablePointer<CChar>
    let next: UnsafeMutablePointer<Entry>?
  }

  /// The address of the entry that came last, 0 for none.
  private static let last = Atomic<UInt>(0)

  /// From here on, signals that end the program remove a file.
  static func add(_ path: String) {
    // Neither is ever freed: a signal may come at any time.
    guard let copy = strdup(path) else { return }
    let entry = UnsafeMutablePointer<Entry>.allocate(capacity: 1)
    var before = last.load(ordering: .acquiring)
    while true {
      entry.initialize(to: Entry(path: copy, next: UnsafeMutablePointer(bitPattern: before)))
      let (isDone, now) = last.compareExchange(
        expected: before, desired: UInt(bitPattern: entry), ordering: .acquiringAndReleasing)
      if isDone { return }
      before = now
    }
  }

  /// Signals that end a program: those that ask it to, and those of its faults.
  private static let deadly = [
    SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGXCPU,
  ]

  /// From here on the program removes its leftovers before it dies of a signal. Signals that are ignored, or that somebody else
  /// looks after, stay as they are.
  public static func removeOnSignals() {
    _ = last.load(ordering: .relaxed)
    for number in deadly {
      var before = sigaction()
      guard sigaction(number, nil, &before) == 0, before.__sigaction_handler.sa_handler == nil else { continue }
      var action = sigaction()
      // One shot: the signal that is raised again, and a second one, meet the default.
      action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND))
      action.__sigaction_handler.sa_handler = { number in
        Leftovers.remove()
        raise(number)
      }
      sigaction(number, &action, nil)
    }
  }

  /// May be called from a signal handler: it takes no lock and no memory.
  private static func remove() {
    var entry = UnsafeMutablePointer<Entry>(bitPattern: last.load(ordering: .acquiring))
    while let current = entry {
      unlink(current.pointee.path)
      entry = current.pointee.next
    }
  }
}
