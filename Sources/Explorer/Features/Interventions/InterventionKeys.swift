import UserInput

/// The commands of the interventions.
enum InterventionCommand: FeatureCommand {
  case open, blockKey, blockPair, resetMask, replaceToken, ablate, restoreHeads
  /// In the list of all of them.
  case choose, less, more

  var needsModel: Bool { [.blockKey, .blockPair, .replaceToken, .ablate].contains(self) }

  func resolve(_ state: State, on screen: any ScreenLayout) -> Resolution {
    InterventionControls(state: state).resolve(self)
  }
}

extension Command {
  static func intervention(_ command: InterventionCommand) -> Command { .feature(command) }
}

extension KeyBinding {
  static let interventions: [KeyBinding] = [
    KeyBinding(
      .intervention(.blockKey), .interventions, KeyContext.crosshair, [.character(" ")],
      "block the key, or take it back",
      hint: "block key"),
    KeyBinding(
      .intervention(.blockPair), .interventions, KeyContext.crosshair, [.character("x")],
      "block this query and key alone"),
    KeyBinding(
      .intervention(.replaceToken), .interventions, KeyContext.crosshair, [.character("r")],
      "[MASK] for the query, or the token back",
      hint: "[MASK]"),
    KeyBinding(
      .intervention(.ablate), .interventions, KeyContext.views, [.character("a")],
      "this head off: output zero, attention even; on",
      hint: "head off"),
    KeyBinding(.intervention(.restoreHeads), .interventions, KeyContext.views, [.character("A")], "all heads on"),
    KeyBinding(
      .intervention(.resetMask), .interventions, KeyContext.views, [.character("X")], "the mask as its mode makes it"),
    KeyBinding(
      .intervention(.open), .interventions, KeyContext.views, [.character("e")],
      "all interventions: bands, hiding, one text only",
      hint: "by hand"),
    KeyBinding(
      .intervention(.choose), .interventions, [.interventions], [.enter, .character(" ")],
      "do what is marked, or take it back",
      hint: "choose"),
    KeyBinding(
      .intervention(.less), .interventions, [.interventions], [.left, .character("h")], "a narrower band",
      hint: "narrower"),
    KeyBinding(
      .intervention(.more), .interventions, [.interventions], [.right, .character("l")], "a wider band", hint: "wider"),
    KeyBinding(
      .closeOverlay, .interventions, [.interventions], [.escape, .character("q"), .character("e")], "close",
      hint: "close"),
    KeyBinding(.undo, .interventions, [.interventions], [.character("u")], "take the last change back", hint: "undo"),
  ]
}
