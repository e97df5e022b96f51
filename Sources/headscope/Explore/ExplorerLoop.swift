import Canvas
import Explorer
import Insights
import Models
import Sessions
import Terminal

/// The one loop of the program: inputs become actions, actions change the state, the state is drawn.
@MainActor
final class ExplorerLoop {
  private var state: State
  private let terminal: Terminal
  private var appearance: Appearance
  private let mailbox: Mailbox
  private let workbench: Workbench
  private var presenter = PresenterClock()
  private let clock = ContinuousClock()
  private let started: ContinuousClock.Instant

  private var recorder: Recorder?
  private var player: Player?
  private var lastTick: ContinuousClock.Instant
  /// A recorded fingerprint that waits for its computation.
  private var expected: (id: Int, fingerprint: Fingerprint)?

  init(state: State, model: Model, terminal: Terminal, mailbox: Mailbox, scales: [ColorScale], player: Player? = nil) {
    self.state = state
    self.terminal = terminal
    self.mailbox = mailbox
    self.player = player
    appearance = Appearance(depth: terminal.colorDepth, glyphs: terminal.glyphs, scales: scales)
    workbench = Workbench(model: model, reference: state.loadedModel) { mailbox.post($0) }
    started = clock.now
    lastTick = started
  }

  /// Runs until the person leaves or the terminal goes away.
  ///
  /// - Parameters:
  ///   - recorder: records every action from here on.
  ///   - actions: what the command line asks for; recorded like everything else.
  func run(recorder: Recorder? = nil, actions: [Action] = []) {
    self.recorder = recorder
    // The first computation is that of the state which the command line asks for.
    var effects: [Effect] = actions.isEmpty ? start(&state) : []
    for action in actions {
      record(.action(action))
      effects += reduce(&state, .action(action))
    }
    perform(effects)
    if let player { tell(.playback(player.status)) }
    present()
    while handle(terminal.nextInput(timeoutMilliseconds: timeout)) {
      // All that has come in meanwhile goes into one picture.
      while let input = terminal.nextInput(timeoutMilliseconds: 0) {
        guard handle(input) else { return }
      }
      takeMail()
      tick()
      present()
    }
  }

  private func present() {
    presenter.update(&appearance, state: state)
    terminal.present(draw(state, appearance: appearance, size: terminal.size))
  }

  /// False when it is time to leave.
  private func handle(_ input: Input?) -> Bool {
    guard let input else { return true }
    if input == .end { return false }
    switch Keymap.resolve(input, state: state, appearance: appearance, size: terminal.size) {
    case .action(let action): take(action)
    case .control(let control): return handle(control)
    case .refused(let reason): tell(.notice(reason))
    case .ignored: break
    }
    return true
  }

  private func handle(_ control: Control) -> Bool {
    switch control {
    case .quit: return false
    case .suspend: terminal.suspend()
    case .redraw: terminal.redraw()
    case .present(let command): presenter.take(command, &appearance)
    case .playPause:
      player?.togglePause()
      lastTick = clock.now
    case .stepForward: if let events = player?.step() { play(events) }
    }
    if let player { tell(.playback(player.status)) }
    return true
  }

  private func take(_ action: Action) {
    record(.action(action))
    tell(.action(action))
  }

  private func tell(_ message: Message) { perform(reduce(&state, message)) }

  private func perform(_ effects: [Effect]) {
    for effect in effects { workbench.perform(effect) }
  }

  private func takeMail() {
    for message in mailbox.takeAll() {
      tell(message)
      guard case .computed(let computation, .shown) = message, computation.id == state.asked[.shown]?.id else {
        continue
      }
      record(.fingerprint(computation.fingerprint))
      compareWithRecorded()
    }
  }

  private func record(_ content: SessionEvent.Content) {
    guard let recorder else { return }
    let seconds = (clock.now - started) / .seconds(1)
    recorder.record(SessionEvent(time: recorder.elapsed + seconds, content))
  }

  // MARK: Replay

  /// How long to wait for input at most, in milliseconds.
  private var timeout: Int? {
    if let milliseconds = presenter.untilNextFrame { return milliseconds }
    guard state.loadingModel == nil, let seconds = player?.untilNext else { return nil }
    return min(Int((seconds * 1000).rounded(.up)), 60_000)
  }

  private func tick() {
    let now = clock.now
    defer { lastTick = now }
    // A model that is being loaded holds the replay up, not the person.
    guard state.loadingModel == nil, let events = player?.advance(by: (now - lastTick) / .seconds(1)) else { return }
    play(events)
    if let player { tell(.playback(player.status)) }
  }

  private func play(_ events: [SessionEvent]) {
    for event in events {
      switch event.content {
      case .action(let action): tell(.action(action))
      case .fingerprint(let fingerprint):
        expected = (state.asked[.shown]?.id ?? 0, fingerprint)
        compareWithRecorded()
      case .mark, .note, .question, .guess, .unknown: break
      }
    }
  }

  /// Says so when what was computed is not what was recorded.
  private func compareWithRecorded() {
    guard let expected, let computation = state.computation, computation.id == expected.id else { return }
    self.expected = nil
    let difference = expected.fingerprint.largestDifference(from: computation.fingerprint)
    if !(difference <= Fingerprint.tolerance) {
      tell(.notice("this differs from what was recorded: the mean entropy of a layer by \(Float(difference)) nats"))
    }
  }
}
