import Explorer
import ExplorerViews

/// How the screen is shown to a class, and what moves there. Pictures depend on its progress, never on the time itself.
package struct Presenter: Sendable, Equatable {
  /// How long a row takes to turn from scores into probabilities, in seconds.
  private static let duration = 2.4
  private static let secondsBetweenFrames = 0.04

  /// Nil outside of presenter mode.
  package private(set) var presentation: Presentation?
  /// Seconds since something began to move; nil at rest.
  private var moving: Double?
  /// What the screen showed last.
  private var shown: Exploration?
  /// False where everything is at rest at once.
  private let isAnimated: Bool

  init(isAnimated: Bool) { self.isAnimated = isAnimated }

  /// Does what a key of the presenter asks for.
  mutating func take(_ command: PresenterCommand) {
    presentation = Presentation.after(command, presentation)
    if presentation == nil { moving = nil }
    if command == .showSoftmax { begin() }
  }

  /// Whatever else is done: the class is not about to be left any more.
  mutating func stay() { presentation?.isAboutToLeave = false }

  /// Starts an animation if the change is one that is animated.
  mutating func look(at exploration: Exploration) {
    defer { shown = exploration }
    if let shown, presentation != nil, Presentation.explains(from: shown, to: exploration) { begin() }
  }

  mutating func advance(by seconds: Double) {
    guard let before = moving else { return }
    let progress = (before + seconds) / Presenter.duration
    moving = progress < 1 && presentation != nil ? before + seconds : nil
    presentation?.progress = min(progress, 1)
  }

  /// Seconds until the next picture; nil at rest.
  var untilNextFrame: Double? { moving == nil ? nil : Presenter.secondsBetweenFrames }

  private mutating func begin() {
    guard isAnimated, presentation != nil else { return }
    moving = 0
    presentation?.progress = 0
  }
}
