import Glibc

/// What the program does about signals outside of the full screen.
public enum Signals {
  /// Whether a signal was set to be ignored by the parent process, as `nohup` does.
  public static func isIgnored(_ number: Int32) -> Bool { handler(of: number) == 1 }

  static func isDefault(_ number: Int32) -> Bool { handler(of: number) == 0 }

  /// SIG_DFL and SIG_IGN are 0 and 1 instead of addresses.
  private static func handler(of number: Int32) -> Int {
    var action = sigaction()
    guard sigaction(number, nil, &action) == 0 else { return 0 }
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
  }

  /// Calls `handler` when a signal comes, once: the next one does what it does by default. What waits for input or output then
  /// stops waiting.
  public static func handleOnce(_ number: Int32, _ handler: @escaping @convention(c) (Int32) -> Void) {
    var action = sigaction()
    action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND))
    action.__sigaction_handler.sa_handler = handler
    sigaction(number, &action, nil)
  }

  /// Ends the program by a signal, so that its parent sees that; returns where the signal is blocked.
  public static func die(of number: Int32) {
    signal(number, SIG_DFL)
    raise(number)
  }
}
