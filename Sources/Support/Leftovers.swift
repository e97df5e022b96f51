import Glibc
import Synchronization

/// The names of files that are still being built, so that a signal that ends the program removes them.
public enum Leftovers {
  /// A name; never freed, because a signal may come at any time, but used again.
  private struct Entry: ~Copyable {
    let isUsed: Atomic<Bool>
    /// Room for `PATH_MAX` bytes, which change only while `isUsed` is false.
    let path: UnsafeMutablePointer<CChar>
    let next: UnsafeMutablePointer<Entry>?
  }

  /// The address of the entry that came last, 0 for none.
  private static let last = Atomic<UInt>(0)
  private static let changes = Mutex(())

  /// From here on, signals that end the program remove a file.
  static func add(_ path: String) {
    guard path.utf8.count < PATH_MAX else { return }
    changes.withLock { _ in
      let entry = first { !$0.pointee.isUsed.load(ordering: .relaxed) } ?? makeEntry()
      strcpy(entry.pointee.path, path)
      entry.pointee.isUsed.store(true, ordering: .releasing)
    }
  }

  /// The file is in its place, or gone.
  static func forget(_ path: String) {
    changes.withLock { _ in
      let entry = first { $0.pointee.isUsed.load(ordering: .relaxed) && strcmp($0.pointee.path, path) == 0 }
      entry?.pointee.isUsed.store(false, ordering: .releasing)
    }
  }

  /// How many names were kept at once at most.
  static var room: Int {
    var count = 0
    _ = first { _ in
      count += 1
      return false
    }
    return count
  }

  private static func first(where fits: (UnsafeMutablePointer<Entry>) -> Bool) -> UnsafeMutablePointer<Entry>? {
    var entry = UnsafeMutablePointer<Entry>(bitPattern: last.load(ordering: .acquiring))
    while let current = entry, !fits(current) { entry = current.pointee.next }
    return entry
  }

  private static func makeEntry() -> UnsafeMutablePointer<Entry> {
    let entry = UnsafeMutablePointer<Entry>.allocate(capacity: 1)
    let next = UnsafeMutablePointer<Entry>(bitPattern: last.load(ordering: .relaxed))
    entry.initialize(to: Entry(isUsed: Atomic(false), path: .allocate(capacity: Int(PATH_MAX)), next: next))
    last.store(UInt(bitPattern: entry), ordering: .releasing)
    return entry
  }

  /// Signals that end a program: those that ask it to, and those of its faults.
  private static let deadly = [
    SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGXCPU,
  ]

  /// From here on the program removes its leftovers before it dies of a signal. Signals that are ignored, or that other code
  /// looks after, stay as they are.
  public static func removeOnSignals() {
    _ = last.load(ordering: .relaxed)
    // On SIGQUIT, which a person types, the Swift runtime prints a stack trace; that is for faults alone.
    for number in deadly where Signals.isDefault(number) || number == SIGQUIT && !Signals.isIgnored(number) {
      Signals.handleOnce(number) { number in
        Leftovers.remove()
        raise(number)
      }
    }
  }

  /// May be called from a signal handler: it takes no lock and no memory.
  private static func remove() {
    var entry = UnsafeMutablePointer<Entry>(bitPattern: last.load(ordering: .acquiring))
    while let current = entry {
      if current.pointee.isUsed.load(ordering: .acquiring) { unlink(current.pointee.path) }
      entry = current.pointee.next
    }
  }
}
