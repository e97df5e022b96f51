import UserInput

/// What keys mean in the view of steps only.
enum StepsCommand: FeatureCommand {
  case previousKey, nextKey, switchAllQueries

  // Only the view itself handles them.
  func resolve(_ state: State, on screen: any ScreenLayout) -> Resolution { .ignored }
}

extension Command {
  static func steps(_ command: StepsCommand) -> Command { .feature(command) }
}

extension KeyBinding {
  static let stepping: [KeyBinding] = [
    KeyBinding(
      .open, .steps, [.view(.head), .view(.mask)], [.enter], "take the marked number apart, step by step",
      hint: "take apart"),
    KeyBinding(
      .moveRight, .steps, [.view(.steps)], [.right], "next step; also PgDn, as a presenter's clicker sends",
      hint: "next"),
    KeyBinding(.moveLeft, .steps, [.view(.steps)], [.left], "previous step; also PgUp", hint: "back"),
    KeyBinding(.moveDown, .steps, [.view(.steps)], [.down], "next query", hint: "query"),
    KeyBinding(.moveUp, .steps, [.view(.steps)], [.up], "previous query"),
    KeyBinding(.steps(.nextKey), .steps, [.view(.steps)], [.character(";")], "next key of the formula", hint: "key"),
    KeyBinding(.steps(.previousKey), .steps, [.view(.steps)], [.character(",")], "previous key of the formula"),
    KeyBinding(
      .steps(.switchAllQueries), .steps, [.view(.steps)], [.character("v")],
      "the whole matrix of the step, or one query",
      hint: "all queries"),
  ]
}
