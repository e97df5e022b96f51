import Activations
import Canvas

/// What lies under the mouse.
struct MouseTargets {
  let state: State
  let appearance: Appearance
  let size: Size

  func resolve(_ event: MouseEvent) -> Resolution {
    guard state.playback == nil, size.columns >= Frame.smallest.columns, size.rows >= Frame.smallest.rows else {
      return .ignored
    }
    let resolver = CommandResolver(state: state, appearance: appearance, size: size)
    switch event.kind {
    case .wheelUp: return resolver.resolve(.moveUp)
    case .wheelDown: return resolver.resolve(.moveDown)
    case .press, .doublePress: break
    }
    guard state.overlay == nil else { return .ignored }
    return resolver.controls.press(at: event.point, isDouble: event.kind == .doublePress)
  }
}
