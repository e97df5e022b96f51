import Explorer
import Models
import Sessions

/// Replays, forks, marks, and the list of sessions.
extension ExplorerLoop {
  // MARK: In a replay

  func handle(_ command: PlayerCommand) {
    guard let playback else { return }
    switch command {
    case .playPause:
      perform(playback.player.togglePause())
      playback.resetClock()
    case .stepForward: perform(playback.player.stepForward())
    case .stepBack: perform(playback.player.stepBack())
    case .secondsForward: perform(playback.player.seek(by: Player.jump))
    case .secondsBack: perform(playback.player.seek(by: -Player.jump))
    case .nextMark, .previousMark:
      if let move = playback.player.goToMark(forward: command == .nextMark) {
        perform(move)
      } else {
        tell(.notice(command == .nextMark ? "there is no mark after this" : "there is no mark before this"))
      }
    case .tenth(let tenth): perform(playback.player.seek(toTenth: tenth))
    case .first: perform(playback.player.seek(to: 0))
    case .last: perform(playback.player.goToEnd())
    case .faster: changeSpeed(by: 1.25)
    case .slower: changeSpeed(by: 0.8)
    case .normalSpeed: changeSpeed(by: nil)
    case .search: tell(.entry(Entry(.search)))
    case .turnNote:
      playback.turnNote()
      showPlayback()
    case .takeOver: takeOver()
    case .openHelp: setHelp(0)
    case .closeHelp: setHelp(nil)
    case .reveal: reveal()
    case .leave: break
    }
  }

  private func changeSpeed(by factor: Double?) {
    guard let playback else { return }
    // In steps that come back to exactly 1.
    playback.player.speed = factor.map { ((playback.player.speed * $0) * 100).rounded() / 100 } ?? 1
    showPlayback()
  }

  private func setHelp(_ scroll: Int?) {
    playback?.help = scroll
    showPlayback()
  }

  private func reveal() {
    if let (guess, question) = playback?.player.reveal() {
      openFork()
      fork?.record(.guess(guess, of: question))
    }
    showPlayback()
  }

  /// Back to what was there before the replay; false where there was nothing.
  func leaveReplay() -> Bool {
    guard let home else { return false }
    self.home = nil
    playback = nil
    end(fork)
    (fork, forkScene) = (nil, nil)
    tell(.playback(nil))
    tell(.recording(home.recording))
    tell(.scene(home.scene))
    return true
  }

  // MARK: A fork of the viewer's own

  /// Explores on from what the replay shows; what is done goes into the fork.
  private func takeOver() {
    guard let playback else { return }
    if !openFork() {
      // The fork goes on: from its own start, so that it replays like everything else.
      let start = playback.player.start.exploration.model
      let isElsewhere = forkScene?.exploration.model != start
      recordInFork([.reset] + (isElsewhere ? [.loadModel(start)] : []) + way(to: playback))
    }
    guard let scene = forkScene else { return }
    tell(.playback(nil))
    tell(.lesson(playback.player.session.header.title))
    tell(.recording(fork?.status ?? .off))
    tell(.scene(scene))
  }

  /// Records actions of the fork that nobody does on the screen, so that it is at the place of the replay; there undo ends.
  private func recordInFork(_ actions: [Action]) {
    guard var state = playback?.player.start else { return }
    if let forkScene { fold(&state, forkScene) }
    for action in actions + [.begin] {
      fork?.record(.action(action))
      fold(&state, action)
    }
    forkScene = state.scene
  }

  private func way(to playback: Playback) -> [Action] {
    ActionMinimizer.actions(like: Array(playback.player.playedSoFar), from: playback.player.start)
  }

  /// Begins the viewer's own session, where there is none yet, with what leads to the picture on the screen.
  @discardableResult
  private func openFork() -> Bool {
    guard fork == nil, let playback else { return false }
    let player = playback.player
    var header = player.session.header
    header.created = SessionStore.timestamp()
    header.program = surroundings.version
    header.forkedFrom = SessionOrigin(
      session: player.session.header.title, time: player.time, action: player.playedActions)
    if let model = playback.model { header.model = model }
    fork = newJournal(header)
    recordInFork(way(to: playback))
    return true
  }

  private func newJournal(_ header: SessionHeader) -> Journal {
    do throws(SessionError) {
      guard let store = surroundings.store else { throw SessionError("no home folder to record in") }
      return try journal(at: try store.newPath(created: header.created, title: header.title), header)
    } catch {
      return Journal(failed: error.description)
    }
  }

  private func journal(at path: String, _ header: SessionHeader) throws(SessionError) -> Journal {
    Journal(try recorder(at: path, header), now: surroundings.now)
  }

  /// A journal that goes on with a session, as it was read.
  private func journal(at path: String, continuing session: Session) throws(SessionError) -> Journal {
    let recorder = try recorder(at: path, session.header)
    try recorder.requireEarlier(session)
    return Journal(recorder, now: surroundings.now)
  }

  private func recorder(at path: String, _ header: SessionHeader) throws(SessionError) -> Recorder {
    try Recorder(path: path, header: header) { [mailbox] in for message in $0.messages { mailbox.post(message) } }
  }

  private func returnToLesson() {
    guard let playback else { return }
    forkScene = state.scene
    tell(.lesson(nil))
    tell(.recording(.off))
    tell(.scene(playback.player.scene()))
    playback.resetClock()
    showPlayback()
  }

  // MARK: Marks, notes and questions

  func handle(_ command: SessionCommand) {
    switch command {
    case .mark: ask(.mark)
    case .note: ask(.note)
    case .question: ask(.question)
    case .returnToLesson: returnToLesson()
    case .submitEntry: submit()
    case .cancelEntry: tell(.entry(nil))
    case .newLine: break
    case .openList: openShelf()
    case .closeList:
      shelf = nil
      showShelf()
    case .filter: tell(.entry(Entry(.filter, text: shelf?.browser.filter ?? "")))
    case .rename: changeOwn { tell(.entry(Entry(.title, text: $0.title))) }
    case .delete: changeOwn { _ in changeShelf { $0.delete() } }
    case .restore: changeShelf { $0.restore() }
    case .replay: openMarked { try replay($0) }
    case .open: changeOwn { _ in openMarked { try exploreOn($0) } }
    case .fork: openMarked { try exploreFromEnd(of: $0) }
    }
  }

  private func ask(_ kind: Entry.Kind) {
    guard (playback == nil ? journal : fork) != nil else {
      tell(.notice("nothing is recorded, so there is nowhere to put it: start without --no-record"))
      return
    }
    tell(.entry(Entry(kind)))
  }

  func edit(_ entry: Entry) {
    tell(.entry(entry))
    guard entry.kind == .filter else { return }
    shelf?.filter(entry.text)
    showShelf()
  }

  private func submit() {
    guard let entry = state.entry else { return }
    tell(.entry(nil))
    switch entry.kind {
    case .mark where !entry.text.isEmpty:
      record(.mark(entry.text))
      tell(.notice("mark: \(entry.text)"))
    case .note:
      record(.note(entry.text))
      tell(.notice(entry.text.isEmpty ? "the note ends here" : "noted"))
    case .question where !entry.text.isEmpty:
      let question = Question(typed: entry.text, cell: state.markedCell)
      record(.question(question))
      tell(.notice("asked: viewers answer, then see the picture"))
    case .search:
      guard let playback else { break }
      if let move = playback.player.search(entry.text) {
        perform(move)
      } else {
        tell(.notice("no mark or note holds \"\(entry.text)\""))
      }
    case .title where !entry.text.isEmpty: changeShelf { $0.rename(to: entry.text) }
    case .mark, .question, .filter, .title: break
    }
  }

  // MARK: The list of sessions

  private func openShelf() {
    guard playback == nil else {
      tell(.notice("Esc goes back to the lesson; the list of sessions is open to those who explore"))
      return
    }
    guard let store = surroundings.store else {
      tell(.notice("there is no home folder that sessions could be in"))
      return
    }
    shelf = SessionListing(store, lessons: surroundings.lessons)
    showShelf()
  }

  /// Does something with the marked session that changes its file.
  private func changeOwn(_ change: (SessionChoice) -> Void) {
    guard let choice = shelf?.browser.choice else { return }
    guard !choice.isLesson else {
      tell(.notice("a lesson that comes with the program stays as it is; f explores from its end in a new session"))
      return
    }
    change(choice)
  }

  func showShelf() { tell(.browser(shelf?.browser)) }

  private func changeShelf(_ change: (inout SessionListing) -> String) {
    guard var shelf else { return }
    let words = change(&shelf)
    self.shelf = shelf
    showShelf()
    tell(.notice(words))
  }

  /// Does something with the marked session, and closes the list where that succeeds.
  private func openMarked(_ open: (String) throws -> Void) {
    guard let choice = shelf?.browser.choice else { return }
    do {
      // Before anything is closed: the model may be missing.
      surroundings.recordedModels.add(choice.model, weights: choice.weights)
      _ = try surroundings.locator().locate(choice.model)
      try open(choice.path)
      shelf = nil
      showShelf()
    } catch {
      tell(.notice("\(error)"))
    }
  }

  private func startState(of session: Session) -> State {
    State(model: state.model, reference: session.header.model.name)
  }

  private func replay(_ path: String) throws {
    let session = try SessionFile.read(path)
    home = (state.scene, state.recording)
    let playback = Playback(Player(session, from: startState(of: session)), path: path, in: surroundings)
    self.playback = playback
    tell(.recording(.off))
    tell(.scene(playback.player.scene()))
    showPlayback()
    if let problem = session.problems.first { tell(.notice(problem.description)) }
  }

  private func exploreOn(_ path: String) throws {
    let session = try SessionFile.read(path)
    let journal = try journal(at: path, continuing: session)
    let end = session.end(from: startState(of: session))
    go(to: end.scene, in: journal)
    tell(.notice(Opening.words(continuing: session)))
  }

  private func exploreFromEnd(of path: String) throws {
    let session = try SessionFile.read(path)
    var header = session.header
    header.created = SessionStore.timestamp()
    header.program = surroundings.version
    let actions = session.actions
    header.forkedFrom = SessionOrigin(session: header.title, time: session.duration, action: actions.count)
    let journal = newJournal(header)
    var state = startState(of: session)
    for action in ActionMinimizer.actions(like: actions, from: state) + [.begin] {
      journal.record(.action(action))
      fold(&state, action)
    }
    go(to: state.scene, in: journal)
    tell(.notice("a new session, from the end of \"\(session.header.title)\""))
  }

  /// Goes on from a scene, and records that in another journal.
  private func go(to scene: Scene, in journal: Journal) {
    end(self.journal)
    self.journal = journal
    tell(.recording(journal.status))
    tell(.scene(scene))
  }
}
