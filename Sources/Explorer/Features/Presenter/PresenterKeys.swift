import UserInput

/// What the keys of the presenter do.
public enum PresenterCommand: Sendable, Hashable {
  case present, blank, nextSpotlight
  /// Show once more how the row's scores become probabilities.
  case showSoftmax
  /// What would end the lecture is asked about once; the same key again does it.
  case askToLeave
}

extension KeyContext {
  /// Where nothing is typed and nothing lies over the view.
  static let presentable = views + [.replay, .question]
}

extension KeyBinding {
  /// The keys of presenter mode. Clickers send `.` to blank the screen.
  static let presenting: [KeyBinding] = [
    KeyBinding(
      .present(.present), .presenter, KeyContext.presentable, [.character("P")],
      "presenter: dark, light, off; there q asks before it leaves"),
    KeyBinding(
      .present(.blank), .presenter, [.presenter], [.character(".")], "blank the screen; any key brings it back"),
    KeyBinding(
      .present(.nextSpotlight), .presenter, [.presenter], [.character("O")],
      "spotlight on the query, the key, or nothing"),
    KeyBinding(
      .present(.showSoftmax), .presenter, [.presenter], [.character("W")], "watch scores become probabilities"),
  ]
}
