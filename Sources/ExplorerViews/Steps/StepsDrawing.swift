import Canvas
import Explorer
import UserInput

/// How the Steps view is drawn, and what it says in words.
enum StepsDrawing: ViewDrawing {
  static func explanation(_ state: State) -> [String] {
    let (stage, count) = (state.steps.stage, StepStage.allCases.count)
    let number = (StepStage.allCases.firstIndex(of: stage) ?? 0) + 1
    let step = "Step \(number) of \(count)"
    let whom =
      state.steps.showsAllQueries ? ("all query tokens at once", "all queries") : ("one query token", "one query")
    return [
      "\(step): what this head computes for \(whom.0), with its own numbers. "
        + "Right and Left: next and previous step; Down and Up: another query.",
      "\(step) of what this head computes for \(whom.1). Right: next step; Down: next query.",
      "\(step); Right: next; Down: next query",
    ]
  }

  static func detail(_ state: State, _ appearance: Appearance) -> [String] {
    HeadDetail(state: state, appearance: appearance).wordings
  }

  static func legend(_ state: State) -> Legend? {
    // The colours of scales do not depend on what the terminal shows.
    HeadSteps(state, Appearance(depth: .none, glyphs: .ascii, scales: [])).flatMap {
      StepScales(steps: $0).legend(state)
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
