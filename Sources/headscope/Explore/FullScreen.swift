import Canvas
import Glibc
import Sessions
import Terminal

/// The terminal, opened for a full-screen command, and what belongs to it.
@MainActor
struct FullScreen {
  let terminal: Terminal
  let mailbox: Mailbox
  let scales: [ColorScale]

  /// Says what to use instead where there is no terminal.
  nonisolated static func requireTerminal() throws(UsageError) {
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else {
      throw UsageError(
        "this needs a terminal; without one use 'headscope export TEXT -o FILE', 'headscope tokenize TEXT' or 'headscope replay --check FILE'"
      )
    }
  }

  init() throws {
    let assets = Assets.folder()
    terminal = try Terminal(assets: assets)
    mailbox = Mailbox { [waker = terminal.waker] in waker.wake() }
    scales = Assets.colorScales(in: assets)
  }

  /// Gives the terminal back.
  func close() { terminal.close() }
}

extension SessionStore {
  /// The sessions of the person who runs the program; nil without a home folder.
  static var ofUser: SessionStore? {
    var variables: [String: String] = [:]
    for name in ["HOME", "XDG_DATA_HOME", "HEADSCOPE_SESSIONS"] {
      variables[name] = getenv(name).map { String(cString: $0) }
    }
    return SessionStore(environment: variables)
  }
}
