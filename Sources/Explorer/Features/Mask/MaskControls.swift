/// Arrows and clicks move the crosshair over the tokens that are shown; other keys change the picture.
struct MaskControls {
  let state: State

  func resolve(_ command: Command) -> Resolution? {
    let up = state.maskView.isBottomUp ? 1 : -1
    return switch command {
    case .open: .action(.show(.steps))
    case .moveLeft: move(keys: -1)
    case .moveRight: move(keys: 1)
    case .moveUp: move(queries: up)
    case .moveDown: move(queries: -up)
    case .moveFirst: move(keys: -state.positions)
    case .moveLast: move(keys: state.positions)
    case .movePageUp: move(queries: up * 10)
    case .movePageDown: move(queries: -up * 10)
    case .maskView(.nextPicture):
      .action(.maskView(.picture(neighbour(of: state.maskView.picture, in: MaskPicture.allCases, by: 1))))
    case .maskView(.switchOrder): .action(.maskView(.bottomUp(!state.maskView.isBottomUp)))
    case .maskView(.switchWords): .action(.maskView(.wordsOnly(!state.maskView.showsWordsOnly)))
    default: nil
    }
  }

  private func move(queries: Int = 0, keys: Int = 0) -> Resolution {
    let shown = state.positionsInMask
    guard !shown.isEmpty else { return .ignored }
    func moved(_ position: Int, by step: Int) -> Int {
      // If the present token is not shown, movement starts at the nearest one that is.
      let place = shown.firstIndex { $0 >= position } ?? shown.count - 1
      return shown[min(max(place + step, 0), shown.count - 1)]
    }
    let (query, key) = (moved(state.query, by: queries), moved(state.key, by: keys))
    return query == state.query && key == state.key ? .ignored : .action(.selectPair(query: query, key: key))
  }
}

extension State {
  /// The positions that the picture of the mask shows: all that are not hidden, or words and PAD only.
  package var positionsInMask: [Int] {
    guard let input = encoding?.input else { return [] }
    var hiding = exploration.interventions
    hiding.filter = nil
    if self.maskView.showsWordsOnly { hiding.hidden.formUnion([.first, .separators]) }
    let filter = PictureFilter(hiding, for: input)
    let shown = (0..<input.count).filter { !filter.hides(key: $0) }
    return shown.isEmpty ? Array(0..<input.count) : shown
  }
}
