import Explorer
import ExplorerViews

/// Moves what presenter mode animates. Pictures depend on its progress, never on the time itself.
struct PresenterClock {
  private static let seconds = 2.4
  private static let frameMilliseconds = 40

  private let now: @Sendable () -> Duration
  private var started: Duration?
  private var shown: Exploration?
  private let isOn: Bool

  /// - Parameters:
  ///   - now: the time that has passed since some moment.
  ///   - isOn: false where everything is at rest at once.
  init(now: @escaping @Sendable () -> Duration, isOn: Bool) {
    self.now = now
    self.isOn = isOn
  }

  /// Does what a key of the presenter asks for.
  mutating func take(_ command: PresenterCommand, _ appearance: inout Appearance) {
    appearance.presentation = Presentation.after(command, appearance.presentation)
    if command == .showSoftmax, isOn { started = now() }
  }

  /// Sets the progress for the picture that is about to be drawn.
  mutating func update(_ appearance: inout Appearance, state: State) {
    defer { shown = state.exploration }
    guard appearance.presentation != nil else {
      started = nil
      return
    }
    if isOn, let shown, Presentation.explains(from: shown, to: state.exploration) { started = now() }
    let progress = started.map { (now() - $0) / .seconds(Self.seconds) } ?? 1
    if progress >= 1 { started = nil }
    appearance.presentation?.progress = min(progress, 1)
  }

  /// How long to wait for input until the next picture; nil at rest.
  var untilNextFrame: Int? { started == nil ? nil : Self.frameMilliseconds }
}
