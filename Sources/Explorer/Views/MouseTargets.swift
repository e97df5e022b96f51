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
    let frame = Frame(state: state, size: size)
    switch state.view {
    case .grid:
      let layout = GridLayout(state: state, appearance: appearance, area: frame.main)
      guard let head = layout.head(at: event.point) else { return .ignored }
      return .action(event.kind == .doublePress && head == state.head ? .show(.head) : .selectHead(head))
    case .head:
      let layout = HeadLayout(state: state, appearance: appearance, area: frame.main)
      guard let pair = layout.pair(at: event.point, appearance: appearance) else { return .ignored }
      return .action(.selectPair(query: pair.query, key: pair.key))
    }
  }
}
