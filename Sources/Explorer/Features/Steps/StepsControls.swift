/// Right and Left, and a presenter's clicker (PageDown and PageUp), go from step to step; Down and Up from query to query.
struct StepsControls {
  let state: State

  func resolve(_ command: Command) -> Resolution? {
    switch command {
    case .moveRight, .movePageDown: step(1)
    case .moveLeft, .movePageUp: step(-1)
    case .moveFirst: go(to: 0)
    case .moveLast: go(to: StepStage.allCases.count - 1)
    case .moveDown: state.resolution(queries: 1, keys: 0)
    case .moveUp: state.resolution(queries: -1, keys: 0)
    case .steps(.nextKey): state.resolution(queries: 0, keys: 1)
    case .steps(.previousKey): state.resolution(queries: 0, keys: -1)
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
}
