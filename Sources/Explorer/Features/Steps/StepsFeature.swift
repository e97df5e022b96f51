/// What one head computes for one query, stage by stage.
enum StepsFeature: ViewFeature {
  static let title = "Steps"
  static let summary = "what a head computes, stage by stage: q·k, ÷ sqrt(d), mask, softmax, values"
  static let needs: Needs = [.vectors, .hiddenStates, .oneSentence]
  static let marks: TokenMarks = [.query, .key]
  static func analyses(_ state: State) -> [Analysis] {
    let stage = state.steps.stage
    switch stage {
    case .scores, .scale, .mask: return state.computesRows ? [] : [.scores(state.head)]
    case .output: return [.shares(layer: state.head.layer, query: state.query)]
    case .vectors, .softmax, .weigh, .context: return []
    }
  }

  static func resolve(_ command: Command, _ state: State, on screen: any ScreenLayout) -> Resolution? {
    StepsControls(state: state).resolve(command)
  }
}

extension State {
  /// Whether steps are shown for all queries at once: not of a text that is so long that attention is computed in parts.
  package var showsAllQueries: Bool { exploration.steps.showsAllQueries && !computesRows }
}
