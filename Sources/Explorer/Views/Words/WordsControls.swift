import Activations
import Canvas

/// Up and down go from token to token, left and right from hidden state to hidden state.
struct WordsControls: ViewControls {
  let state: State
  let appearance: Appearance
  let area: Rect

  func resolve(_ command: Command) -> Resolution? {
    switch command {
    case .moveUp: token(state.query - 1)
    case .moveDown: token(state.query + 1)
    case .movePageUp: token(state.query - 10)
    case .movePageDown: token(state.query + 10)
    case .moveLeft: hiddenState(state.hiddenState - 1)
    case .moveRight: hiddenState(state.hiddenState + 1)
    case .moveFirst: hiddenState(0)
    case .moveLast: hiddenState(state.model.layers)
    default: nil
    }
  }

  func press(at point: Point, isDouble: Bool) -> Resolution {
    let layout = WordsLayout(state: state, area: area)
    if let index = layout.hiddenState(at: point) { return hiddenState(index) }
    guard let map = layout.map, let tokens = state.encoding?.input.tokens else { return .ignored }
    let names = tokens.map { TokenText.plain($0, glyphs: appearance.glyphs) }
    let places = WordsView.mapLayout(names, in: map, appearance: appearance)
    return places.pair(at: point, appearance: appearance).map { token($0.query) } ?? .ignored
  }

  private func token(_ position: Int) -> Resolution {
    let target = min(max(position, 0), max(state.positions - 1, 0))
    return target == state.query ? .ignored : .action(.selectPair(query: target, key: state.key))
  }

  private func hiddenState(_ index: Int) -> Resolution {
    let target = min(max(index, 0), state.model.layers)
    return target == state.hiddenState ? .ignored : .action(.words(.hiddenState(target)))
  }
}
