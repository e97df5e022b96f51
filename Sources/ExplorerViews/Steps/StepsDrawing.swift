import Canvas
import Explorer
import UserInput

/// How the Steps view is drawn, and what it says in words.
enum StepsDrawing: ViewDrawing {
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

  static func press(
    at point: Point, isDouble: Bool, _ state: State, _ appearance: Appearance, in area: Rect
  ) -> Resolution {
    guard let steps = HeadSteps(state, appearance) else { return .ignored }
    let view = StepsView(state: state, steps: steps, area: area)
    if let stage = view.stage(at: point) {
      return stage == state.steps.stage ? .ignored : .action(.steps(.stage(stage)))
    }
    return view.resolution(at: point)
  }
}
