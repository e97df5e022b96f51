/// What one head computes for one query, stage by stage.
enum StepsFeature: ViewFeature {
  static let title = "Steps"
  static let summary = "what a head computes, stage by stage: q·k, ÷ sqrt(d), mask, softmax, values"
  static let needs: Needs = [.vectors, .hiddenStates, .oneSentence]
  static let marks: TokenMarks = [.query, .key]
  static func analyses(_ state: State) -> [Analysis] {
    let stage = state.steps.stage
    switch stage {
    case .scores, .scale, .mask:
      // Of a text that is computed in parts, all queries are shown only where they are asked for.
      guard state.showsScoreCells else { return [.scores(state.head)] }
      return state.steps.showsAllQueries ? [Analysis(ScoreCellsTask(of: state.head))] : []
    case .output: return [.shares(layer: state.head.layer, query: state.query)]
    case .vectors, .softmax, .weigh, .context: return []
    }
  }

  static func resolve(_ command: Command, _ state: State, on screen: any ScreenLayout) -> Resolution? {
    StepsControls(state: state).resolve(command)
  }
}
