import Canvas
import Sessions
import Terminal

/// `replay --notes`: the speaker's notes in a second terminal, following the replay in the first.
@MainActor
struct SpeakerNotes {
  /// How long a change in the other terminal may take to be seen.
  private static let pollMilliseconds = 150

  private let session: Session
  private let desk: SpeakerDesk

  init(_ session: Session, path: String) throws {
    guard let desk = SpeakerDesk(session: path) else {
      throw CommandError("no folder to meet the presentation in: set XDG_RUNTIME_DIR to a folder of your own")
    }
    self.session = session
    self.desk = desk
  }

  func run() throws {
    let screen = try FullScreen()
    defer { screen.close() }
    let terminal = screen.terminal
    while true {
      let page = SpeakerPage(session: session, position: desk.read(), size: terminal.size, glyphs: terminal.glyphs)
      terminal.present(page.canvas)
      switch terminal.nextInput(timeoutMilliseconds: Self.pollMilliseconds) {
      case .end, .key(.character("q")), .key(.escape), .key(.control("c")): return
      case .key(.control("l")): terminal.redraw()
      case .key(.control("z")): terminal.suspend()
      default: break
      }
    }
  }
}
