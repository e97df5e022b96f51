import Explorer
import ExplorerViews
import Insights
import Sessions

/// Applies a message to the workspace, and returns the effects that have to be carried out.
///
/// The only writer of the workspace: it knows no clock, no randomness, no file and no terminal. Its state is changed by the
/// explorer's own `reduce`.
package func reduce(_ workspace: inout Workspace, _ message: AppMessage) -> [AppEffect] {
  workspace.take(message)
  workspace.showStatuses()
  workspace.presenter.look(at: workspace.state.exploration)
  defer { workspace.effects = [] }
  return workspace.effects
}

extension Workspace {
  fileprivate mutating func take(_ message: AppMessage) {
    switch message {
    case .begin(let actions): begin(actions)
    case .action(let action):
      presenter.stay()
      record(.action(action))
      tell(.action(action))
    case .control(let control): perform(control)
    case .refused(let reason):
      presenter.stay()
      tell(.notice(reason))
    case .elapsed(let seconds):
      presenter.advance(by: seconds)
      advanceReplay(by: seconds)
    case .explorer(let message):
      takeTraining(message)
      compareTraining()
      if case .computed(let computation, .shown) = message, state.presentComputation?.id == computation.id {
        record(.fingerprint(computation.fingerprint))
      }
      compareWithRecorded()
    case .recording(let id, let report): take(report, of: id)
    case .listed(let id, let listing): take(listing, id)
    case .previewed(let path, let lines): take(lines, of: path)
    case .opened(let id, let session): take(session, id)
    case .openingFailed(let id, let reason):
      guard opening == id else { break }
      opening = nil
      tell(.notice(reason))
    case .polled(let tail, let update): take(update, tail)
    case .sentencesOpened(let name): open(name)
    case .modelKept(let model): take(model)
    case .saved(let words): tell(.notice(words))
    case .surveyOpened(let survey, let entry): open(survey, entry)
    case .entryRefused(let entry, let reason): refuse(entry, reason)
    }
  }

  /// Tells the explorer something.
  mutating func tell(_ message: Message) { effects += reduce(&state, message).map(AppEffect.explorer) }

  mutating func ask(_ effect: SessionEffect) { effects.append(.session(effect)) }

  /// Does what the command line asks for; there undo ends.
  private mutating func begin(_ actions: [Action]) {
    let (notice, isFresh) = (state.notice, state.isFresh)
    for action in actions.isEmpty ? [] : actions + [.begin] {
      record(.action(action))
      fold(&state, action)
    }
    state.notice = notice ?? state.notice
    state.isFresh = isFresh
    if let scene = replay?.player.scene() {
      tell(.scene(scene))
    } else {
      effects += start(&state).map(AppEffect.explorer)
    }
  }

  mutating func perform(_ control: Control) {
    presenter.stay()
    switch control {
    case .quit: effects.append(.display(.leave))
    case .suspend: effects.append(.display(.suspend))
    case .redraw: effects.append(.display(.redraw))
    case .stopComputing: tell(.stopComputing)
    case .present(let command):
      let wasPresenting = presenter.presentation != nil
      presenter.take(command)
      if command == .askToLeave { tell(.notice(Presentation.leaving)) }
      if !wasPresenting, presenter.presentation != nil {
        tell(.notice(Presentation.keys(isReplay: replay != nil)))
      }
    case .replay(let command): perform(command)
    case .session(let command): perform(command)
    case .training(let control): perform(control)
    case .survey(let control): perform(control)
    case .edit(let entry): edit(entry)
    case .run(let resolution): run(resolution)
    case .copy(let text):
      effects.append(.display(.copy(text)))
      let isRow = text.last == "\n"
      tell(
        .notice(
          isRow ? "copied the row, with its names, separated by tabs" : "copied \(text); Ctrl-Y copies the row, Y saves"
        ))
    case .choose(let query, let key): replay?.player.choose(query: query, key: key)
    case .typeNumber(let text): replay?.player.typeNumber(text)
    case .scrollHelp(let scroll): replay?.help = scroll
    case .markSession(let line): mark(line)
    }
  }

  // MARK: Recording

  /// Records in the session that belongs to what is on the screen: a replay has none.
  mutating func record(_ content: SessionEvent.Content) {
    if replay == nil {
      if let effect = recording?.record(content) { effects.append(effect) }
    } else if state.lesson != nil {
      recordInFork(content)
    }
  }

  mutating func recordInFork(_ content: SessionEvent.Content) {
    if let effect = fork?.recording.record(content) { effects.append(effect) }
  }

  /// Nothing more is recorded in a session.
  mutating func end(_ recording: Recording?) {
    if let recording { effects.append(.recording(.end(id: recording.id))) }
  }

  private mutating func take(_ report: RecordingReport, of id: Int) {
    if recording?.id == id { recording?.status = report.status }
    if fork?.recording.id == id { fork?.recording.status = report.status }
    if let notice = report.notice { tell(.notice(notice)) }
  }

  // MARK: What the screen says of it

  /// Puts into the state what the screen shows of the replay and of recording, and tells the speaker's notes.
  fileprivate mutating func showStatuses() {
    let playback = isShowingReplay ? (replay?.status).map { state.quoting($0) } : nil
    if state.playback != playback { tell(.playback(playback)) }
    let status =
      replay == nil ? recording?.status ?? unrecorded : state.lesson != nil ? fork?.recording.status ?? .off : .off
    if state.recording != status { tell(.recording(status)) }
    guard let playback, let path = replay?.path else { return }
    let position = SpeakerChannel.Position(playback)
    guard replay?.told != position else { return }
    replay?.told = position
    ask(.tellSpeaker(path: path, position))
  }
}
