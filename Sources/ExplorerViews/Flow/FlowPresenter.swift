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
    guard let flow = state.flowMap, let picture = HeadPicture(onScreen: state) else { return false }
    let parts = PairStatement.split(area, words: names)
    let matrix = PresenterMatrix(
      painter: HeatPainter(appearance: appearance, colors: state.colors, top: flow.largest), names: names,
      value: { picture.shown($0, $1) }, text: { LargeNumber.share(picture.shown($0, $1)) }, markedRow: state.query,
      markedColumn: state.key, spotlight: presentation.spotlight)
    guard matrix.draw(in: parts.picture, on: &canvas) else { return false }
    drawStatement(
      names[picture.query], state.showsNorms ? "is given by" : picture.verb, names[picture.key],
      picture.shown(picture.query, picture.key).map {
        picture.unit > 1 ? Words.small(Double($0 / picture.unit)) : Words.fixed(Double($0), 2)
      } ?? "blocked", in: parts.statement, on: &canvas)
    return true
  }
}

extension State {
  fileprivate var flowFormula: [String] {
    guard let picture = HeadPicture(onScreen: self) else {
      return [self.flow.measure == .rollout ? "R = (A + I)/2 · R" : "p"]
    }
    let value = picture.shown(picture.query, picture.key).map { Double($0 / picture.unit) }
    // R - I is shown, and R is what the formula makes.
    if picture.quantity == .relevance { return [picture.quantity.formula] }
    return formula(picture.quantity.formula, value)
  }
}
