import UserInput

/// What a key can mean to the tour.
enum TourCommand: FeatureCommand {
  case toggle

  func resolve(_ state: State, on screen: any ScreenLayout) -> Resolution {
    .action(.feature(state.exploration.tour.step == nil ? TourAction.begin : TourAction.end))
  }
}

extension Command {
  static func tour(_ command: TourCommand) -> Command { .feature(command) }
}

extension KeyBinding {
  static let touring: [KeyBinding] = [
    KeyBinding(
      .tour(.toggle), .program, KeyContext.views, [.character("Z")],
      "a tour of two minutes: five keys on the lecture's sentence; or its end")
  ]
}
