import Activations
import Canvas

/// What lies under the mouse.
struct MouseTargets {
  let state: State
  let appearance: Appearance
  let size: Size

  func resolve(_ event: MouseEvent) -> Resolution {
    guard size.columns >= Frame.smallest.columns, size.rows >= Frame.smallest.rows else {
      return .ignored
    }
    guard state.entry == nil, state.browser == nil else { return .ignored }
    // Before a class the other views are drawn otherwise than they take a click.
    if appearance.presentation != nil, state.view != .grid { return .ignored }
    let resolver = CommandResolver(state: state, appearance: appearance, size: size)
    if let playback = state.playback {
      // A click answers a question; otherwise nobody touches a replay.
      guard event.kind == .press, state.overlay == nil, let question = playback.question, !question.isRevealed,
        case .action(.selectPair(let query, let key)) = resolver.controls.press(at: event.point, isDouble: false)
      else { return .ignored }
      return .control(.choose(query: query, key: key))
    }
    switch event.kind {
    case .wheelUp: return resolver.resolve(.moveUp)
    case .wheelDown: return resolver.resolve(.moveDown)
    case .press, .doublePress: break
    }
    guard state.overlay == nil else { return .ignored }
    return resolver.controls.press(at: event.point, isDouble: event.kind == .doublePress)
  }
}
