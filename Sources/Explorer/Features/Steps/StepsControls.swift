/// Right and Left, and a presenter's clicker (PageDown and PageUp), go from step to step; Down and Up from query to query.
struct StepsControls {
  let state: State

  func resolve(_ command: Command) -> Resolution? {
    switch command {
    case .moveRight, .movePageDown: step(1)
    case .moveLeft, .movePageUp: step(-1)
    case .moveFirst: go(to: 0)
    case .moveLast: go(to: StepStage.allCases.count - 1)
    case .moveDown: select(query: state.query + 1, key: state.key)
    case .moveUp: select(query: state.query - 1, key: state.key)
    case .steps(.nextKey): select(query: state.query, key: state.key + 1)
    case .steps(.previousKey): select(query: state.query, key: state.key - 1)
    case .steps(.switchAllQueries): .action(.steps(.showAllQueries(!state.steps.showsAllQueries)))
    default: nil
    }
  }

  private func step(_ step: Int) -> Resolution {
    let place = (StepStage.allCases.firstIndex(of: state.steps.stage) ?? 0) + step
    guard StepStage.allCases.indices.contains(place) else {
      return .refused(step < 0 ? "this is the first step" : "this is the last step; Home goes back to the first")
    }
    return go(to: place)
  }

  private func go(to place: Int) -> Resolution {
    let stage = StepStage.allCases[place]
    return stage == state.steps.stage ? .ignored : .action(.steps(.stage(stage)))
  }

  private func select(query: Int, key: Int) -> Resolution {
    let last = max(state.positions - 1, 0)
    let (query, key) = (min(max(query, 0), last), min(max(key, 0), last))
    return query == state.query && key == state.key ? .ignored : .action(.selectPair(query: query, key: key))
  }
}
