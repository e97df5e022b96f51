import Canvas

/// What one head computes for one query, stage by stage.
enum StepsContent: ViewContent {
  static let title = "Steps"
  static let summary = "what a head computes, stage by stage: q·k, ÷ sqrt(d), mask, softmax, values"
  static let marks: TokenMarks = [.query, .key]

  static func explanation(_ state: State) -> [String] {
    let (stage, count) = (state.steps.stage, StepStage.allCases.count)
    let number = (StepStage.allCases.firstIndex(of: stage) ?? 0) + 1
    let step = "Step \(number) of \(count)"
    return [
      "\(step): what this head computes for one query token, with its own numbers. "
        + "Right and Left: next and previous step; Down and Up: another query.",
      "\(step) of what this head computes for one query. Right: next step; Down: next query.",
      "\(step); Right: next; Down: next query",
    ]
  }

  static func detail(_ state: State, _ appearance: Appearance) -> [String] {
    HeadDetail(state: state, appearance: appearance).wordings
  }

  static func analyses(_ state: State) -> [Analysis] {
    let stage = state.steps.stage
    switch stage {
    case .scores, .scale, .mask: return [.scores(state.head)]
    case .output: return [.shares(layer: state.head.layer, query: state.query)]
    case .vectors, .softmax, .weigh, .context: return []
    }
  }

  static func legend(_ state: State) -> Legend? {
    switch state.steps.stage {
    case .softmax: state.steps.showsAllQueries ? Legend(state) : Legend(low: "0", high: "1")
    default: Legend(low: "below 0", high: "above 0", isDiverging: true)
    }
  }

  static func draw(_ state: State, _ appearance: Appearance, in area: Rect, on canvas: inout Canvas) {
    guard let steps = HeadSteps(state, appearance) else { return }
    StepsView(state: state, steps: steps, area: area).draw(on: &canvas)
  }

  static func controls(_ state: State, _ appearance: Appearance, in area: Rect) -> any ViewControls {
    StepsControls(state: state, appearance: appearance, area: area)
  }
}
