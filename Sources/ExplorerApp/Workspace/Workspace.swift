import Explorer
import Sessions

/// All that the program shows and does: what is explored, and around it the replay, the fork of it, the list of sessions and
/// what is typed. Only `reduce` changes it.
///
/// What is shown of these to the person is in `state`, where `reduce` puts it in one place (`showStatuses`): `state.playback`
/// and `state.recording` follow from `replay`, `fork` and `recording`. `state.lesson`, `state.entry` and `state.browser` stand
/// nowhere else.
package struct Workspace: Sendable, Equatable {
  /// What the screen shows.
  package internal(set) var state: State
  /// The session in which the exploration itself is recorded; nil where none is.
  package internal(set) var recording: Recording?
  /// The replay under way, also while it is left for a fork of it.
  package internal(set) var replay: Replay?
  /// What the viewer of the replay does and guesses; nil until there is anything of that kind.
  package internal(set) var fork: Fork?
  /// How the screen is shown to a class.
  package internal(set) var presenter: Presenter

  /// What was on the screen before a replay was opened from the list of sessions; nil where there was nothing.
  var home: Scene?
  /// The sessions in the open list; nil while there is none. What the screen shows of them is in `state.browser`.
  var list: OpenList?
  /// The number of the request for a session that is being opened.
  var opening: Int?

  /// What is said of recording where there is none.
  let unrecorded: RecordingStatus
  /// Whether there is a folder of sessions.
  let hasSessions: Bool
  /// The numbers of recordings and requests that were given so far.
  private var lastNumber = 0
  /// What the message that is being reduced asks for.
  var effects: [AppEffect] = []

  /// - Parameters:
  ///   - state: what is shown first; its recording status is shown as long as nothing is recorded.
  ///   - recording: the session in which everything is recorded from here on.
  ///   - replay: what is replayed.
  ///   - hasSessions: whether there is a folder of sessions.
  ///   - animates: whether presenter mode moves anything.
  package init(
    _ state: State, recording: Recording? = nil, replay: Replay? = nil, hasSessions: Bool = true, animates: Bool = false
  ) {
    self.state = state
    self.recording = recording
    self.replay = replay
    self.hasSessions = hasSessions
    unrecorded = state.recording
    presenter = Presenter(isAnimated: animates)
    lastNumber = Recording.first
  }

  /// Whether inputs have to wait for a session, or for the list of them: what they mean depends on it.
  package var awaitsFiles: Bool { opening != nil || list?.request != nil }

  /// Seconds until something is to happen by itself, at most; nil where nothing will.
  package var untilNext: Double? { presenter.untilNextFrame ?? (isPlaying ? replay?.untilNext : nil) }

  mutating func number() -> Int {
    lastNumber += 1
    return lastNumber
  }
}

/// A session that is being recorded.
package struct Recording: Sendable, Equatable {
  /// The number of the one that the program begins with.
  package static let first = 1

  /// Tells it from others of this run of the program.
  package let id: Int
  /// How recording goes on.
  package var status: RecordingStatus
  /// How many actions are in the session.
  package var actions: Int

  package init(id: Int, status: RecordingStatus = .opening, actions: Int = 0) {
    self.id = id
    self.status = status
    self.actions = actions
  }

  /// Counts what happens, and says how it is recorded.
  mutating func record(_ content: SessionEvent.Content) -> AppEffect {
    if case .action = content { actions += 1 }
    return .recording(.record(id: id, content))
  }
}

/// A session of the viewer's own that leaves a replay.
package struct Fork: Sendable, Equatable {
  package var recording: Recording
  /// What it has come to, when it was last looked at.
  var scene: Scene
}
