import Canvas
import Sessions
import Support

/// `replay --notes`: the speaker's notes in a second terminal, following the replay in the first.
@MainActor
package struct SpeakerNotes {
  /// How long a change in the other terminal may take to be seen.
  private static let pollMilliseconds = 150

  private let session: Session
  private let channel: SpeakerChannel

  package init(_ session: Session, path: String) throws {
    guard let channel = SpeakerChannel(session: path) else {
      throw SessionError(
        "the notes need a private folder to follow the replay: set XDG_RUNTIME_DIR to a folder of your own")
    }
    self.session = session
    self.channel = channel
  }

  /// Runs until the speaker leaves or the terminal goes away.
  package func run(on display: any Display) {
    while true {
      display.present {
        SpeakerPage(session: session, position: channel.read(), size: display.size, glyphs: display.glyphs).canvas
      }
      switch display.nextInput(timeoutMilliseconds: Self.pollMilliseconds) {
      case .end, .key(.character("q")), .key(.escape), .key(.control("c")): return
      case .key(.control("l")): display.redraw()
      case .key(.control("z")): display.suspend()
      default: break
      }
    }
  }
}
