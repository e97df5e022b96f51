import Explorer
import Sessions

/// In a replay: what its keys do, and what time does.
extension Workspace {
  /// Whether the screen shows the replay, and not a fork of it.
  var isShowingReplay: Bool { replay != nil && state.lesson == nil }

  /// A replay pauses while a model is being loaded or trained; the person does not have to wait.
  var isPlaying: Bool {
    guard isShowingReplay, state.loadingModel == nil else { return false }
    return !(replay?.player.awaitsTraining == true && state.learning?.isAtRest == false)
  }

  mutating func perform(_ command: PlayerCommand) {
    guard replay != nil else { return }
    switch command {
    case .playPause: move { $0.togglePause() }
    case .stepForward: move { $0.stepForward() }
    case .stepBack: move { $0.stepBack() }
    case .lessonForward: move { $0.lessonForward() }
    case .lessonBack: move { $0.lessonBack() }
    case .secondsForward: move { $0.seek(by: Player.jump) }
    case .secondsBack: move { $0.seek(by: -Player.jump) }
    case .nextMark, .previousMark:
      let isForward = command == .nextMark
      if !move({ $0.goToMark(forward: isForward) }) {
        tell(.notice(isForward ? "there is no mark after this" : "there is no mark before this"))
      }
    case .moment(let share): move { $0.seek(toShare: share) }
    case .first: move { $0.seek(to: 0) }
    case .last: move { $0.goToEnd() }
    case .faster: changeSpeed(by: 1.25)
    case .slower: changeSpeed(by: 0.8)
    case .normalSpeed: replay?.player.speed = 1
    case .search: tell(.entry(LineEntry(.search)))
    case .turnNote: replay?.turnNote()
    case .takeOver: takeOver()
    case .openHelp: replay?.help = 0
    case .closeHelp: replay?.help = nil
    case .reveal:
      guard let (guess, question) = replay?.player.reveal() else { break }
      if fork == nil { beginFork() }
      recordInFork(.guess(guess, of: question))
    case .leave: leaveReplay()
    }
  }

  /// Moves the player, and does what that comes to; false where there is nowhere to go.
  @discardableResult
  mutating func move(_ movement: (inout Player) -> Player.Move?) -> Bool {
    guard let move = replay?.move(movement) ?? nil else { return false }
    switch move {
    case .stay: return true
    case .go(let scene): tell(.scene(scene))
    case .play(let events):
      for case .action(let action) in events.lazy.map(\.content) { tell(.action(action)) }
    }
    let recorded = replay?.player.lastFingerprint
    replay?.expected = recorded
    if let training = replay?.player.lastTraining { replay?.expectedTraining = training }
    compareWithRecorded()
    compareTraining()
    return true
  }

  private mutating func changeSpeed(by factor: Double) {
    guard let speed = replay?.player.speed else { return }
    // In steps that come back to exactly 1.
    replay?.player.speed = ((speed * factor) * 100).rounded() / 100
  }

  /// Looks for a word among marks, notes and questions.
  mutating func search(_ text: String) {
    guard replay != nil, !move({ $0.search(text) }) else { return }
    tell(.notice("no mark or note holds \"\(text)\""))
  }

  /// Shows a notice if the computed result differs from the recorded one.
  mutating func compareWithRecorded() {
    guard isShowingReplay, let words = replay?.difference(from: state.presentComputation) else { return }
    tell(.notice(words))
  }

  /// Back to what was there before the replay, or out of the program.
  private mutating func leaveReplay() {
    guard let home else {
      effects.append(.display(.leave))
      return
    }
    if let path = replay?.path { ask(.closeSpeaker(path: path)) }
    end(fork?.recording)
    (replay, fork, self.home) = (nil, nil, nil)
    tell(.scene(home))
  }

  // MARK: As time passes

  mutating func advanceReplay(by seconds: Double) {
    guard isPlaying else { return }
    pollTail(seconds)
    move { $0.advance(by: seconds) }
  }

  private mutating func pollTail(_ seconds: Double) {
    guard let tail = replay?.tail, replay?.poll(after: seconds) == true else { return }
    ask(.poll(tail))
  }

  /// Takes what another process has recorded meanwhile.
  mutating func take(_ update: SessionTail.Update, _ tail: SessionTail) {
    // One of another replay is not wanted any more.
    guard replay?.isPolling == true, replay?.tail?.path == tail.path else { return }
    replay?.tail = tail
    replay?.isPolling = false
    switch update {
    case .nothing: break
    case .events(let events, let problems):
      follow { $0.grow(by: events) }
      if let problem = problems.first { tell(.notice(problem.description)) }
    case .replaced(let session):
      follow { $0.replace(with: session) }
      tell(.notice("the session was begun anew: \(session.header.title)"))
    case .unreadable(let error): tell(.notice(error.description))
    }
  }

  /// Moves the player; the screen goes with it, unless it shows a fork.
  private mutating func follow(_ movement: (inout Player) -> Player.Move) {
    if isShowingReplay { move(movement) } else { _ = replay?.move(movement) }
  }
}
