import Activations
import Canvas
import Explorer
import Insights
import UserInput

extension FlowDrawing {
  static func formula(_ state: State) -> [String] { state.flowFormula }

  static func present(_ presenter: ViewPresenter, on canvas: inout Canvas) -> Bool { presenter.drawFlow(on: &canvas) }
}

extension ViewPresenter {
  fileprivate func drawFlow(on canvas: inout Canvas) -> Bool {
    guard let flow = state.flowMap, flow.map.shape == [names.count, names.count] else { return false }
    let parts = PairStatement.split(area, words: names)
    let matrix = PresenterMatrix(
      painter: HeatPainter(appearance: appearance, colors: state.colors, top: flow.largest), names: names,
      value: { flow.map[$0, $1] }, text: { LargeNumber.share(flow.map[$0, $1]) }, markedRow: state.query,
      markedColumn: state.key, spotlight: presentation.spotlight)
    guard matrix.draw(in: parts.picture, on: &canvas) else { return false }
    drawStatement(
      names[state.query],
      state.showsNorms ? "is given by" : state.exploration.showsAttribution ? "draws on" : "comes from",
      names[state.key],
      flow.unit > 1
        ? Words.small(Double(flow.map[state.query, state.key] / flow.unit))
        : Words.fixed(Double(flow.map[state.query, state.key]), 2), in: parts.statement, on: &canvas)
    return true
  }
}

extension State {
  fileprivate var flowFormula: [String] {
    let value = flowMap.flatMap { flow in
      flow.map.shape == [positions, positions] ? Double(flow.map[query, key]) : nil
    }
    if self.showsNorms { return formula("|Σ p f(x)|", value) }
    if exploration.showsAttribution { return [self.flow.measure == .rollout ? "R = R + A R" : "mean of (p dy/dp)+"] }
    switch (self.flow.measure, self.flow.pooling) {
    case (.rollout, _): return formula("R = (A + I)/2 · R", value)
    case (.layer, .mean): return formula("mean of the heads", value)
    case (.layer, .maximum): return formula("largest of the heads", value)
    }
  }
}
