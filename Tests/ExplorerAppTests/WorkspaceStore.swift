import Activations
import Explorer
import Sessions
import TestSupport

@testable import ExplorerApp

/// Tells a workspace what happens, and keeps what it asks for. Nothing is computed and no file is touched.
struct WorkspaceStore {
  private(set) var workspace: Workspace
  /// What was asked for, but for computations, in order.
  private(set) var effects: [AppEffect] = []

  static let start = State(model: Synthetic.model(), reference: "tiny", texts: ["start"])

  init(
    _ state: State = start, recording: Recording? = nil, replay: Replay? = nil, hasSessions: Bool = true,
    animates: Bool = false
  ) {
    workspace = Workspace(
      state, recording: recording, replay: replay, hasSessions: hasSessions, animates: animates)
    send(.begin([]))
  }

  /// In a replay of a session.
  init(replaying session: Session, isPaused: Bool = true, recording: Recording? = nil, tail: SessionTail? = nil) {
    let player = Player(
      session, from: Self.start, isPaused: isPaused, isFollowing: tail != nil)
    self.init(recording: recording, replay: Replay(player, path: "lesson.jsonl", tail: tail))
  }

  /// - Returns: what it asks for, but for computations.
  @discardableResult
  mutating func send(_ message: AppMessage) -> [AppEffect] {
    let asked = reduce(&workspace, message).filter { if case .explorer = $0 { false } else { true } }
    effects += asked
    return asked
  }

  @discardableResult
  mutating func send(_ command: PlayerCommand) -> [AppEffect] { send(.control(.replay(command))) }

  @discardableResult
  mutating func send(_ command: SessionCommand) -> [AppEffect] { send(.control(.session(command))) }

  mutating func type(_ text: String) {
    guard let entry = workspace.state.entry else { return }
    send(.control(.edit(LineEntry(entry.kind, text: text))))
  }

  var state: State { workspace.state }

  /// What was recorded under a number.
  func recorded(_ id: Int) -> [SessionEvent.Content] {
    effects.compactMap { if case .recording(.record(id, let content)) = $0 { content } else { nil } }
  }

  /// The numbers of the recordings that were begun, with their headers.
  var begun: [(id: Int, header: SessionHeader)] {
    effects.compactMap { if case .recording(.begin(let id, let header)) = $0 { (id, header) } else { nil } }
  }

  /// The number of the newest request for the list of sessions.
  var listRequest: Int? {
    effects.compactMap { if case .session(.list(let id, _)) = $0 { id } else { nil } }.last
  }

  static let header = SessionHeader(
    title: "A lesson", created: "2026-01-31T12:00:00Z", program: "",
    model: SessionModel(Synthetic.model(), digest: nil))

  /// A session in which something happens at these times.
  static func session(_ events: (Double, SessionEvent.Content)...) -> Session {
    Session(header: header, events: events.map { SessionEvent(time: $0.0, $0.1) })
  }
}
