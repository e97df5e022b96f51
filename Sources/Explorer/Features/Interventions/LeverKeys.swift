import UserInput

/// What a key can mean to what is changed by hand.
enum LeverCommand: FeatureCommand {
  case open, blockKey, blockPair, resetMask, replaceToken, ablate, restoreHeads
  /// In the list of all of them.
  case choose, less, more

  func resolve(_ state: State, on screen: any ScreenLayout) -> Resolution { LeverControls(state: state).resolve(self) }
}

extension Command {
  static func lever(_ command: LeverCommand) -> Command { .feature(command) }
}

extension KeyBinding {
  static let levers: [KeyBinding] = [
    KeyBinding(
      .lever(.blockKey), .levers, KeyContext.crosshair, [.character(" ")], "block the key, or take it back",
      hint: "block key"),
    KeyBinding(.lever(.blockPair), .levers, KeyContext.crosshair, [.character("x")], "block this query and key alone"),
    KeyBinding(
      .lever(.replaceToken), .levers, KeyContext.crosshair, [.character("r")],
      "[MASK] for the query, or the token back",
      hint: "[MASK]"),
    KeyBinding(
      .lever(.ablate), .levers, KeyContext.views, [.character("a")], "this head off: output zero, attention even; on",
      hint: "head off"),
    KeyBinding(.lever(.restoreHeads), .levers, KeyContext.views, [.character("A")], "all heads on"),
    KeyBinding(.lever(.resetMask), .levers, KeyContext.views, [.character("X")], "the mask as its mode makes it"),
    KeyBinding(
      .lever(.open), .levers, KeyContext.views, [.character("e")], "all levers: bands, hiding, one text only",
      hint: "by hand"),
    KeyBinding(
      .lever(.choose), .levers, [.levers], [.enter, .character(" ")], "do what is marked, or take it back",
      hint: "choose"),
    KeyBinding(.lever(.less), .levers, [.levers], [.left, .character("h")], "a narrower band", hint: "narrower"),
    KeyBinding(.lever(.more), .levers, [.levers], [.right, .character("l")], "a wider band", hint: "wider"),
    KeyBinding(.closeOverlay, .levers, [.levers], [.escape, .character("q"), .character("e")], "close", hint: "close"),
    KeyBinding(.undo, .levers, [.levers], [.character("u")], "take the last change back", hint: "undo"),
  ]
}
