import Canvas
import Explorer
import ExplorerViews
import Sessions
import Support
import UserInput

/// The one loop of the program: inputs become messages, messages change the workspace, the workspace is drawn, and what it asks
/// for is carried out elsewhere and answered.
@MainActor
package final class ExplorerLoop {
  package private(set) var workspace: Workspace
  private let display: any Display
  private let mailbox: Mailbox
  private let effects: AppEffects
  private let scales: [ColorScale]
  private let now: @Sendable () -> Duration
  /// The time that was last reported to the workspace.
  private var lastTurn: Duration
  /// Inputs that wait for an answer, such as the tokens of the sentence, in order.
  private var held: [Input] = []
  private var isLeaving = false
  /// How many inputs are taken in one go, before there is a picture of what they came to.
  private static let mostInputs = 4096
  /// The longest wait, in milliseconds.
  private static let longestWait = 60_000

  /// - Parameters:
  ///   - recorder: records every action from here on, under the number `Recording.first`.
  ///   - replay: what is replayed.
  ///   - handler: handles the explorer's own effects.
  ///   - mailbox: receives all answers; it wakes the display.
  package init(
    _ state: State, recorder: Recorder? = nil, replay: Replay? = nil, handler: some EffectHandling,
    display: any Display, mailbox: Mailbox, scales: [ColorScale], surroundings: Surroundings, queues: Queues = Queues()
  ) {
    self.display = display
    self.mailbox = mailbox
    self.scales = scales
    effects = AppEffects(handler: handler, surroundings: surroundings, queues: queues, mailbox: mailbox)
    var state = state
    state.lessonCount = surroundings.lessons?.paths().count { SessionStore.lessonNumber(of: $0) != nil } ?? 0
    workspace = Workspace(
      state, recording: recorder.map(effects.begin), replay: replay, hasSessions: surroundings.store != nil,
      animates: surroundings.animates)
    now = surroundings.now
    lastTurn = now()
  }

  /// Runs until the person leaves or the terminal goes away.
  ///
  /// - Parameter actions: what the command line asks for; recorded like everything else.
  package func run(_ actions: [Action] = []) {
    take(.begin(actions))
    while !isLeaving {
      display.present { draw(workspace.state, appearance: appearance, size: display.size) }
      let inputs = nextInputs()
      passTime()
      handle(held + inputs)
      for message in mailbox.takeAll() where !isLeaving { take(message) }
      handle(held)
    }
  }

  /// Waits for what is being recorded.
  ///
  /// - Returns: what could not be written.
  package func finish() -> [RecordingLoss] { effects.finish() }

  /// What comes next, and all that has come in meanwhile: it goes into one picture.
  private func nextInputs() -> [Input] {
    let wait = workspace.untilNext.map { max(min(Int(saturating: $0 * 1000, rule: .up) ?? 0, Self.longestWait), 0) }
    var inputs: [Input] = []
    var next = display.nextInput(timeoutMilliseconds: wait)
    while let input = next {
      inputs.append(input)
      if input.isOfPerson { effects.keyWasPressed() }
      next = input == .end || inputs.count >= Self.mostInputs ? nil : display.nextInput(timeoutMilliseconds: 0)
    }
    return inputs
  }

  /// The time until the inputs that are about to be handled belongs to what was there before them.
  private func passTime() {
    let now = now()
    take(.elapsed((now - lastTurn) / .seconds(1)))
    lastTurn = now
  }

  /// Does what inputs come to, up to the first that has to wait for an answer.
  private func handle(_ inputs: [Input]) {
    held = []
    var rest = inputs[...]
    while let input = rest.first, !isLeaving {
      if input == .end { return perform(.leave) }
      let (resolution, count) = resolve(rest)
      switch resolution {
      case .awaiting: return hold(rest)
      case .action(let action): take(.action(action))
      case .control(let control): take(.control(control))
      case .refused(let reason): take(.refused(reason))
      case .ignored: break
      }
      rest = rest.dropFirst(count)
    }
  }

  private func resolve(_ inputs: ArraySlice<Input>) -> (resolution: Resolution, count: Int) {
    guard !workspace.awaitsFiles else { return (.awaiting, 0) }
    return Keymap.resolve(inputs, state: workspace.state, appearance: appearance, size: display.size)
  }

  private var appearance: Appearance {
    var appearance = Appearance(depth: display.colorDepth, glyphs: display.glyphs, scales: scales)
    appearance.presentation = workspace.presenter.presentation
    return appearance
  }

  /// Keys keep their order, but leaving never waits: handles the keys that need not wait, and holds the others.
  private func hold(_ inputs: ArraySlice<Input>) {
    for input in inputs where !isLeaving {
      if input == .end {
        perform(.leave)
      } else if let control = Keymap.resolveAtOnce(input, state: workspace.state) {
        take(.control(control))
      } else {
        held.append(input)
      }
    }
  }

  /// Tells the workspace something, and has carried out what it asks for.
  private func take(_ message: AppMessage) {
    let asked = reduce(&workspace, message)
    for effect in effects.perform(asked, wanted: workspace.state.wantedWork) { perform(effect) }
  }

  private func perform(_ effect: DisplayEffect) {
    switch effect {
    case .leave: isLeaving = true
    case .redraw: display.redraw()
    case .copy(let text): display.copy(text)
    case .save(let name):
      effects.save(Takeaway(of: workspace.state, as: name, scales: scales, size: display.size))
    case .suspend:
      display.suspend()
      // Time does not pass while the program is suspended.
      lastTurn = now()
    }
  }
}

extension Input {
  /// Whether a person made it.
  fileprivate var isOfPerson: Bool {
    switch self {
    case .key, .paste, .mouse: true
    case .resized, .wake, .end: false
    }
  }
}
