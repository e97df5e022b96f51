import UserInput

/// What a key can mean to the tokens of a head.
enum HeadCommand: FeatureCommand {
  case find, strongest, far

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
    case .far:
      guard !state.showsSegments else { return .refused("pairs far apart are pairs of tokens; G goes back to them") }
      guard state.isLongText else { return .refused("this is for long texts; * goes to the strongest pair") }
      guard let found = state.farPairs else {
        return state.awaits(Analysis(FarPairsTask(of: state.head)))
          ? .awaiting : .refused("the pairs of this head are not known")
      }
      guard let pair = found.next(after: state.query, state.key) else {
        return .refused("no query gives anything to a key that is \(found.distance) tokens away or more")
      }
      guard pair.query != state.query || pair.key != state.key else {
        return .refused("this is the only pair far apart")
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
      "find a token: trophy, or by its number: 41; query and key: it trophy; a head: 3.7", hint: "find"),
    KeyBinding(
      .head(.strongest), .move, [.view(.head), .view(.flow)], [.character("*")], "the strongest pair of the picture",
      hint: "strongest"),
    KeyBinding(
      .head(.far), .move, [.view(.head)], [.character("&")],
      "in a long text: the next of the strongest pairs far apart"),
  ]
}
