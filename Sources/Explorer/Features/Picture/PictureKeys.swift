import UserInput

/// What a key can mean to the look of pictures.
enum PictureCommand: FeatureCommand {
  case cycleColors, switchRange, switchWords, switchCounting

  func resolve(_ state: State, on screen: any ScreenLayout) -> Resolution {
    switch self {
    case .cycleColors:
      let scales = screen.colorScales
      guard scales.all.count > 1 else { return .refused("there is no other colour scale") }
      return .action(.colors(neighbour(of: scales.present, in: scales.all, by: 1)))
    case .switchRange: return .action(.range(state.range == .all ? .head : .all))
    case .switchWords:
      if let unit = state.wantedSegments { return .refused("these are \(unit.rawValue); G goes back to tokens") }
      let words = "pieces of words are joined in Grid, Head, Words, Heads, Flow and Compare"
      return state.exploration.joinsWords || KeyContext.joining.contains(.view(state.view))
        ? .action(.joinWords(!state.exploration.joinsWords)) : .refused(words)
    case .switchCounting: return .action(.countFrom(1 - state.countFrom))
    }
  }
}

extension Command {
  static func picture(_ command: PictureCommand) -> Command { .feature(command) }
}

extension KeyContext {
  /// The views that can show words instead of their pieces.
  fileprivate static let joining: [KeyContext] = [ViewID.grid, .head, .words, .heads, .flow, .compare].map(
    KeyContext.view)
}

extension KeyBinding {
  static let picturing: [KeyBinding] = [
    KeyBinding(
      .zoomIn, .picture, [.view(.head)], [.character("+"), .character("=")], "larger cells", hint: "zoom"),
    KeyBinding(
      .zoomOut, .picture, [.view(.head)], [.character("-")],
      "smaller cells, down to those that show all, as maxima of 2 x 2, 3 x 3 ... tokens"),
    KeyBinding(.zoomFit, .picture, [.view(.head)], [.character("0")], "the largest cells that show all"),
    KeyBinding(
      .picture(.cycleColors), .picture, KeyContext.views, [.character("c")], "next colour scale", hint: "colours"),
    KeyBinding(
      .picture(.switchWords), .picture, KeyContext.views.filter { $0 != .view(.train) }, [.character("t")],
      "tokens, or whole words: attention to a word summed, from a word averaged", hint: "words"),
    KeyBinding(
      .picture(.switchCounting), .picture, KeyContext.views, [.character("#")],
      "count from 0 (arrays) or from 1 (papers)"),
  ]
}
