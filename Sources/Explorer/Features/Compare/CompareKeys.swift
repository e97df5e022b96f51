import UserInput

/// What a key can mean to a comparison.
enum CompareCommand: FeatureCommand {
  case putAside, forget, switchMode, cycleOrder, switchHead

  func resolve(_ state: State, on screen: any ScreenLayout) -> Resolution { CompareKeys(state: state).resolve(self) }
}

extension Command {
  static func compare(_ command: CompareCommand) -> Command { .feature(command) }
}

extension KeyBinding {
  static let comparing: [KeyBinding] = [
    KeyBinding(
      .compare(.putAside), .compare, KeyContext.views, [.character("b")],
      "put this picture aside, as A, to compare with",
      hint: "put aside"),
    KeyBinding(.compare(.forget), .compare, KeyContext.views, [.character("B")], "forget the picture put aside"),
    KeyBinding(
      .open, .compare, [.view(.compare)], [.enter], "to the largest change; from all heads to the marked one",
      hint: "largest"),
    KeyBinding(
      .compare(.switchMode), .compare, [.view(.compare)], [.character("v")], "one head token by token, or all heads",
      hint: "all heads"),
    KeyBinding(
      .compare(.cycleOrder), .compare, [.view(.compare)], [.character("o")],
      "all heads by cosine, by largest difference, by layer", hint: "order"),
    KeyBinding(
      .compare(.switchHead), .compare, [.view(.compare)], [.character("f")], "A: the same head as B, or its own",
      hint: "head of A"),
  ]
}

/// Resolves these commands in a state.
struct CompareKeys {
  let state: State

  func resolve(_ command: CompareCommand) -> Resolution {
    if command == .putAside {
      guard state.untrainedModel == nil else {
        return .refused("A is the encoder before training, as long as it is trained; u takes that back")
      }
      return .action(.compare(.putAside))
    }
    guard state.hasPictureA else { return .refused("nothing is put aside; b puts the present picture aside") }
    if command == .forget || command == .switchHead, state.exploration.pictureA == nil {
      if state.comparedBase != nil {
        return .refused("A is the model that the adapter changes; b puts another picture aside")
      }
      return .refused("A is the encoder before training; u takes the training back")
    }
    switch command {
    case .putAside: return .action(.compare(.putAside))
    case .forget: return .action(.compare(.forget))
    case .switchMode: return .action(.compare(.mode(state.compareMode == .tokens ? .heads : .tokens)))
    case .cycleOrder:
      guard state.compareMode == .heads else { return .refused("tokens are not sorted; v shows all heads") }
      let orders = CompareOrder.allCases
      let place = orders.firstIndex(of: state.compare.order) ?? 0
      return .action(.compare(.order(orders[(place + 1) % orders.count])))
    case .switchHead: return .action(.compare(.keepHead(!state.keepsHeadOfA)))
    }
  }
}
