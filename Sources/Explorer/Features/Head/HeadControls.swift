/// Arrows and clicks move the crosshair; the cells can be made larger and smaller.
struct HeadControls {
  let state: State
  let screen: any ScreenLayout

  func resolve(_ command: Command) -> Resolution? {
    switch command {
    case .moveLeft: move(keys: -1)
    case .moveRight: move(keys: 1)
    case .moveUp: move(queries: -1)
    case .moveDown: move(queries: 1)
    case .moveFirst: move(keys: -state.key)
    case .moveLast: move(keys: state.positions)
    case .movePageUp: move(queries: -10)
    case .movePageDown: move(queries: 10)
    case .open: state.showsSegments ? .action(.segments(.show(nil))) : .action(.show(.steps))
    case .zoomIn: zoom(-1)
    case .zoomOut: zoom(1)
    case .zoomFit: .action(.zoom(.fit))
    default: nil
    }
  }

  private func move(queries: Int = 0, keys: Int = 0) -> Resolution { state.resolution(queries: queries, keys: keys) }

  private func zoom(_ step: Int) -> Resolution {
    if state.exploration.lines.isShown { return .refused("lines have one size; v shows cells") }
    guard let sizes = screen.cellSizes, let index = sizes.all.firstIndex(of: sizes.present) else { return .ignored }
    guard sizes.all.indices.contains(index + step) else {
      return .refused(step < 0 ? "these are the largest cells" : "these are the smallest cells")
    }
    return .action(.zoom(.fixed(sizes.all[index + step])))
  }
}
