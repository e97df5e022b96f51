import Activations

/// Arrows move from head to head, a click marks a head, and Enter or another click opens it.
struct GridControls {
  let state: State

  func resolve(_ command: Command) -> Resolution? {
    switch command {
    case .moveLeft: state.resolution(layers: 0, heads: -1)
    case .moveRight: state.resolution(layers: 0, heads: 1)
    case .moveUp: state.resolution(layers: -1, heads: 0)
    case .moveDown: state.resolution(layers: 1, heads: 0)
    case .moveFirst: state.resolution(layers: 0, heads: -state.head.head)
    case .moveLast: state.resolution(layers: 0, heads: state.model.heads - 1 - state.head.head)
    case .movePageUp: state.resolution(layers: -state.head.layer, heads: 0)
    case .movePageDown: state.resolution(layers: state.model.layers - 1 - state.head.layer, heads: 0)
    case .open: .action(.show(.head))
    case .back: .refused("this is the grid; q leaves")
    default: nil
    }
  }
}

/// The same among numbers, where heads can be sorted.
struct NumberGridControls {
  let state: State
  let screen: any ScreenLayout

  func resolve(_ command: Command) -> Resolution? {
    switch command {
    case .moveLeft: move(places: -1)
    case .moveRight: move(places: 1)
    case .moveUp: move(lines: -1)
    case .moveDown: move(lines: 1)
    case .moveFirst: move(places: -(1 << 20))
    case .moveLast: move(places: 1 << 20)
    case .movePageUp: move(lines: -(1 << 20))
    case .movePageDown: move(lines: 1 << 20)
    case .open: .action(.show(.head))
    case .back: .action(.heads(.gridColumn(nil)))
    default: nil
    }
  }

  private func move(places: Int = 0, lines: Int = 0) -> Resolution {
    if state.awaitsPairInGrid { return .awaiting }
    if state.headRows.isEmpty { return .awaitingFindings(.statistics, in: state, "there are no numbers of heads") }
    guard let head = screen.head(from: state.head, places: places, lines: lines), head != state.head else {
      return .ignored
    }
    return .action(.selectHead(head))
  }
}

extension State {
  /// Moving the crosshair from token to token; nothing at the edge.
  func resolution(queries: Int, keys: Int) -> Resolution {
    guard queryPositions > 0, positions > 0 else { return .ignored }
    let query = min(max(self.query + queries, 0), max(queryPositions - 1, 0))
    let key = min(max(self.key + keys, 0), max(positions - 1, 0))
    return query == self.query && key == self.key ? .ignored : .action(.selectPair(query: query, key: key))
  }

  /// Moving from head to head; nothing at the edge.
  func resolution(layers: Int, heads: Int) -> Resolution {
    let target = HeadIndex(
      layer: min(max(head.layer + layers, 0), max(model.layers - 1, 0)),
      head: min(max(head.head + heads, 0), max(model.heads - 1, 0)))
    return target == head ? .ignored : .action(.selectHead(target))
  }
}
