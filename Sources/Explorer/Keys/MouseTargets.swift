import Activations
import UserInput

/// What lies under the mouse.
struct MouseTargets {
  let state: State
  let screen: any ScreenLayout

  func resolve(_ event: MouseEvent) -> Resolution {
    guard state.entry == nil, state.browser == nil else { return .ignored }
    // In presenter mode the other views are drawn differently from where they expect clicks.
    if screen.isPresented, state.view != .grid { return .ignored }
    let resolver = CommandResolver(state: state, screen: screen)
    if let playback = state.playback {
      // In a replay, a click can only answer a question.
      guard event.kind == .press, state.overlay == nil, let question = playback.question, !question.isRevealed,
        case .action(let action) = screen.press(at: event.point, isDouble: false),
        case .selectPair(let query, let key)? = action.of(NavigationAction.self)
      else { return .ignored }
      return .control(.choose(query: query, key: key))
    }
    switch event.kind {
    case .wheelUp: return resolver.resolve(.moveUp)
    case .wheelDown: return resolver.resolve(.moveDown)
    case .press, .doublePress: break
    }
    guard state.overlay == nil else { return .ignored }
    return screen.press(at: event.point, isDouble: event.kind == .doublePress)
  }
}
