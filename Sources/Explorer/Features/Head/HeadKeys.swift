import UserInput

/// What a key can mean to the tokens of a head.
enum HeadCommand: FeatureCommand {
  case find, strongest

  func resolve(_ state: State, on screen: any ScreenLayout) -> Resolution {
    switch self {
    case .find: return .control(.edit(LineEntry(.token)))
    case .strongest:
      guard let pair = screen.strongestPair else {
        return state.encoding == nil && state.awaitsTokens ? .awaiting : .refused("there is no strongest pair here")
      }
      guard pair.query != state.query || pair.key != state.key else {
        return .refused("this is the strongest pair of the picture")
      }
      return .action(.selectPair(query: pair.query, key: pair.key))
    }
  }
}

extension Command {
  static func head(_ command: HeadCommand) -> Command { .feature(command) }
}

extension KeyBinding {
  static let finding: [KeyBinding] = [
    KeyBinding(
      .head(.find), .move, KeyContext.views.filter { $0 != .view(.heads) }, [.character("/")],
      "find a token: trophy; query and key: it trophy; a head by its number: 3.7", hint: "find"),
    KeyBinding(
      .head(.strongest), .move, [.view(.head), .view(.flow)], [.character("*")], "the strongest pair of the picture",
      hint: "strongest"),
  ]
}
