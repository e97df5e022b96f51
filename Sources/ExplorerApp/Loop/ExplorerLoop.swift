import Canvas
import Explorer
import ExplorerViews
import Models
import Sessions
import UserInput

/// The one loop of the program: inputs become actions, actions change the state, the state is drawn.
///
/// What is done to sessions (replays, forks, the list of them) is in `ExplorerLoop+Sessions.swift`.
@MainActor
package final class ExplorerLoop {
  package var state: State
  package let display: any Display
  private var appearance: Appearance
  package let mailbox: Mailbox
  private let queue: EffectQueue
  private var presenter: PresenterClock
  package let surroundings: Surroundings
  /// Inputs that wait for an answer, such as the tokens of the sentence, in order.
  private var held: [Input] = []
  /// How many inputs are taken in one go, before there is a picture of what they came to.
  private static let mostInputs = 4096

  /// What is being recorded of the exploration itself.
  package var journal: Journal?
  /// What could not be recorded.
  private var losses: [RecordingLoss] = []
  /// The replay under way, also while it is left for a fork of its own.
  package var playback: Playback?
  /// What the viewer of the replay does and guesses.
  package var fork: Journal?
  /// What the fork has come to by now.
  package var forkScene: Scene?
  /// What was on the screen before a replay was opened from the list of sessions.
  package var home: (scene: Scene, recording: RecordingStatus)?
  /// The list of sessions, while it is open.
  package var shelf: SessionListing?

  package init(
    state: State, handler: some EffectHandling, display: any Display, mailbox: Mailbox, scales: [ColorScale],
    surroundings: Surroundings, playback: Playback? = nil, queue: EffectQueue.Queue? = nil
  ) {
    self.state = state
    self.display = display
    self.mailbox = mailbox
    self.surroundings = surroundings
    self.playback = playback
    presenter = PresenterClock(now: surroundings.now, isOn: surroundings.animates)
    appearance = Appearance(depth: display.colorDepth, glyphs: display.glyphs, scales: scales)
    self.queue = EffectQueue(handler, queue: queue) { mailbox.post($0) }
  }

  /// Runs until the person leaves or the terminal goes away.
  ///
  /// - Parameters:
  ///   - recorder: records every action from here on.
  ///   - actions: what the command line asks for; recorded like everything else.
  package func run(recorder: Recorder? = nil, actions: [Action] = []) {
    journal = recorder.map { Journal($0, now: surroundings.now) }
    // The first computation is that of the state which the command line asks for; there undo ends.
    var effects: [Effect] = []
    let notice = state.notice
    for action in actions.isEmpty ? [] : actions + [.begin] {
      record(.action(action))
      fold(&state, action)
    }
    state.notice = notice ?? state.notice
    if let playback {
      let scene = playback.player.scene()
      effects += reduce(&state, .scene(scene))
      showPlayback()
    } else {
      effects += start(&state)
    }
    perform(effects)
    present()
    while receive(nextInputs()) {
      takeMail()
      guard handle(held) else { return }
      tick()
      present()
    }
  }

  /// What comes next, and all that has come in meanwhile: it goes into one picture.
  private func nextInputs() -> [Input] {
    var inputs: [Input] = []
    var next = display.nextInput(timeoutMilliseconds: timeout)
    while let input = next {
      inputs.append(input)
      next = input == .end || inputs.count >= Self.mostInputs ? nil : display.nextInput(timeoutMilliseconds: 0)
    }
    return inputs
  }

  /// Waits for what is being recorded.
  ///
  /// - Returns: what could not be written.
  package func finish() -> [RecordingLoss] {
    end(journal)
    end(fork)
    return losses
  }

  private func present() {
    presenter.update(&appearance, state: state)
    display.present { draw(state, appearance: appearance, size: display.size) }
  }

  /// What the person or the terminal has done just now; false when it is time to leave.
  private func receive(_ inputs: [Input]) -> Bool {
    for input in inputs {
      switch input {
      case .key, .paste, .mouse: queue.keyWasPressed()
      case .resized, .wake, .end: break
      }
    }
    return handle(held + inputs)
  }

  /// Does what inputs come to, up to the first that has to wait for an answer; false when it is time to leave.
  private func handle(_ inputs: [Input]) -> Bool {
    held = []
    var rest = inputs[...]
    while let input = rest.first {
      if input == .end { return false }
      let (resolution, count) = Keymap.resolve(rest, state: state, appearance: appearance, size: display.size)
      if resolution == .awaiting {
        held = Array(rest)
        return letThrough()
      }
      rest = rest.dropFirst(count)
      guard follow(resolution) else { return false }
    }
    return true
  }

  /// Keys keep their order, but nobody has to wait in order to leave: does what need not wait of what waits. False when it is
  /// time to leave.
  private func letThrough() -> Bool {
    let inputs = held
    held = []
    for input in inputs {
      if input == .end { return false }
      if let control = Keymap.resolveAtOnce(input) {
        guard handle(control) else { return false }
      } else {
        held.append(input)
      }
    }
    return true
  }

  private func follow(_ resolution: Resolution) -> Bool {
    switch resolution {
    case .action(let action): take(action)
    case .control(let control): return handle(control)
    case .refused(let reason): tell(.notice(reason))
    case .awaiting, .ignored: break
    }
    return true
  }

  private func handle(_ control: Control) -> Bool {
    switch control {
    case .quit: return false
    case .suspend:
      display.suspend()
      playback?.resetClock()
    case .redraw: display.redraw()
    case .present(let command):
      let wasPresenting = appearance.presentation != nil
      presenter.take(command, &appearance)
      if !wasPresenting, appearance.presentation != nil { tell(.notice(Presentation.keys(isReplay: playback != nil))) }
    case .replay(.leave): return leaveReplay()
    case .replay(let command): handle(command)
    case .session(let command): handle(command)
    case .edit(let entry): edit(entry)
    case .choose(let query, let key):
      playback?.player.choose(query: query, key: key)
      showPlayback()
    case .typeNumber(let text):
      playback?.player.typeNumber(text)
      showPlayback()
    case .scrollHelp(let scroll):
      playback?.help = scroll
      showPlayback()
    case .markSession(let line):
      shelf?.mark(line)
      showShelf()
    }
    return true
  }

  private func take(_ action: Action) {
    record(.action(action))
    tell(.action(action))
  }

  package func tell(_ message: Message) { perform(reduce(&state, message)) }

  private func perform(_ effects: [Effect]) { queue.perform(effects, wanted: state.wantedWork) }

  private func takeMail() {
    for message in mailbox.takeAll() {
      tell(message)
      if case .computed(let computation, .shown) = message, state.presentComputation?.id == computation.id {
        record(.fingerprint(computation.fingerprint))
      }
      compareWithRecorded()
    }
  }

  /// Records in the journal of what is on the screen: a replay has none.
  package func record(_ content: SessionEvent.Content) {
    if playback == nil {
      journal?.record(content)
    } else if state.lesson != nil {
      fork?.record(content)
    }
  }

  /// Nothing more is recorded in a journal.
  package func end(_ journal: Journal?) {
    if let loss = journal?.finish() { losses.append(loss) }
  }

  // MARK: Replay

  /// How long to wait for input at most, in milliseconds.
  private var timeout: Int? { presenter.untilNextFrame ?? (isPlaying ? playback?.timeout : nil) }

  /// A model that is being loaded holds the replay up, not the person.
  private var isPlaying: Bool { playback != nil && state.lesson == nil && state.loadingModel == nil }

  private func tick() {
    guard isPlaying, let playback else {
      playback?.resetClock()
      return
    }
    let (move, notice) = playback.poll()
    perform(move)
    perform(playback.tick())
    if let notice { tell(.notice(notice)) }
  }

  /// Does what a movement of the player comes to.
  package func perform(_ move: Player.Move) {
    switch move {
    case .stay: break
    case .go(let scene): tell(.scene(scene))
    case .play(let events):
      for case .action(let action) in events.lazy.map(\.content) { tell(.action(action)) }
    }
    showPlayback()
    guard move != .stay, let playback else { return }
    playback.expected = playback.player.lastFingerprint
    compareWithRecorded()
  }

  package func showPlayback() {
    guard let playback, state.lesson == nil else { return }
    tell(.playback(playback.status))
    playback.tellSpeaker()
  }

  /// Says so when what was computed is not what was recorded.
  private func compareWithRecorded() {
    guard state.lesson == nil, let notice = playback?.difference(from: state.presentComputation) else { return }
    tell(.notice(notice))
  }
}
