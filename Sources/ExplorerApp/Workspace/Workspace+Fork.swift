import Explorer
import Sessions

/// A fork of the viewer's own: what is done from a place of the replay on.
extension Workspace {
  /// Explores on from what the replay shows; what is done goes into the fork.
  mutating func takeOver() {
    guard let player = replay?.player else { return }
    if let fork {
      // The fork goes on: from its own start, so that it replays like everything else.
      let start = player.start.exploration.model
      let isElsewhere = fork.scene.exploration.model != start
      recordInFork([.reset] + (isElsewhere ? [.loadModel(start)] : []) + actionsLeading(to: player))
    } else {
      beginFork()
    }
    guard let scene = fork?.scene else { return }
    tell(.lesson(player.session.header.title))
    tell(.scene(scene))
  }

  /// Begins the viewer's own session with what leads to the picture on the screen.
  mutating func beginFork() {
    guard let replay else { return }
    let player = replay.player
    var header = player.session.header
    header.forkedFrom = SessionOrigin(
      session: header.title, time: player.time, action: player.playedActions)
    if let model = replay.model { header.model = model }
    fork = Fork(recording: begin(header), scene: player.start.scene)
    recordInFork(actionsLeading(to: player))
  }

  private func actionsLeading(to player: Player) -> [Action] {
    ActionMinimizer.actions(like: Array(player.playedSoFar), from: player.start)
  }

  /// Records the actions that bring the fork to the place of the replay; they are not done on the screen, and undo ends there.
  private mutating func recordInFork(_ actions: [Action]) {
    guard var state = replay?.player.start, let scene = fork?.scene else { return }
    fold(&state, scene)
    for action in actions + [.begin] {
      recordInFork(.action(action))
      fold(&state, action)
    }
    fork?.scene = state.scene
  }

  /// Begins another session.
  mutating func begin(_ header: SessionHeader) -> Recording {
    let recording = Recording(id: number())
    effects.append(.recording(.begin(id: recording.id, header)))
    return recording
  }

  mutating func returnToLesson() {
    guard var player = replay?.player else { return }
    fork?.scene = state.scene
    let scene = player.scene()
    replay?.player = player
    tell(.lesson(nil))
    tell(.scene(scene))
  }
}
