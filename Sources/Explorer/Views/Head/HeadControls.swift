import Canvas

/// Arrows and clicks move the crosshair; the cells can be made larger and smaller.
struct HeadControls: ViewControls {
  let state: State
  let appearance: Appearance
  let area: Rect

  func resolve(_ command: Command) -> Resolution? {
    switch command {
    case .moveLeft: move(keys: -1)
    case .moveRight: move(keys: 1)
    case .moveUp: move(queries: -1)
    case .moveDown: move(queries: 1)
    case .moveFirst: move(keys: -state.key)
    case .moveLast: move(keys: last - state.key)
    case .movePageUp: move(queries: -10)
    case .movePageDown: move(queries: 10)
    case .open: .action(.show(.steps))
    case .zoomIn: zoom(-1)
    case .zoomOut: zoom(1)
    case .zoomFit: .action(.zoom(.fit))
    default: nil
    }
  }

  func press(at point: Point, isDouble: Bool) -> Resolution {
    let layout = HeadLayout(
      state: state, appearance: appearance, area: area, hasBars: appearance.presentation == nil)
    guard let pair = layout.pair(at: point, appearance: appearance) else { return .ignored }
    return .action(.selectPair(query: pair.query, key: pair.key))
  }

  private var last: Int { max(state.positions - 1, 0) }

  private func move(queries: Int = 0, keys: Int = 0) -> Resolution {
    let query = min(max(state.query + queries, 0), last)
    let key = min(max(state.key + keys, 0), last)
    return query == state.query && key == state.key ? .ignored : .action(.selectPair(query: query, key: key))
  }

  private func zoom(_ step: Int) -> Resolution {
    let layout = HeadLayout(
      state: state, appearance: appearance, area: area, hasBars: appearance.presentation == nil)
    let steps = HeadLayout.steps(positions: state.positions)
    guard let index = steps.firstIndex(of: layout.cell) else { return .ignored }
    guard steps.indices.contains(index + step) else {
      return .refused(step < 0 ? "these are the largest cells" : "these are the smallest cells")
    }
    return .action(.zoom(.fixed(steps[index + step])))
  }
}
