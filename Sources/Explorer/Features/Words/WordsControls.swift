import Activations

/// Up and down go from token to token, left and right from hidden state to hidden state.
package struct WordsControls {
  let state: State

  package init(state: State) { self.state = state }

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

  package func token(_ position: Int) -> Resolution {
    let target = min(max(position, 0), max(state.positions - 1, 0))
    return target == state.query ? .ignored : .action(.selectPair(query: target, key: state.key))
  }

  package func hiddenState(_ index: Int) -> Resolution {
    let target = min(max(index, 0), state.model.layers)
    return target == state.hiddenState ? .ignored : .action(.words(.hiddenState(target)))
  }
}
