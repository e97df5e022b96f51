import Activations
import Canvas
import Explorer
import Insights
import UserInput

extension MaskDrawing {
  static func formula(_ state: State) -> [String] { state.maskFormula }

  static func present(_ presenter: ViewPresenter, on canvas: inout Canvas) -> Bool { presenter.drawMask(on: &canvas) }
}

extension ViewPresenter {
  fileprivate func drawMask(on canvas: inout Canvas) -> Bool {
    guard let encoding = state.encoding, encoding.trace.layers.indices.contains(state.head.layer) else { return false }
    let mask = encoding.trace.layers[state.head.layer].mask
    let shown = state.positionsInMask
    guard PresenterMatrixLayout.isRoom(for: shown.count, in: area) else { return false }
    let parts = PairStatement.split(area, words: names)
    let matrix = PresenterMatrix(
      painter: MaskPainter(appearance: appearance), names: shown.map { names[$0] },
      value: { mask[shown[$0], shown[$1]] ? 1 : 0 }, text: { mask[shown[$0], shown[$1]] ? "1" : "0" },
      markedRow: shown.firstIndex(of: state.query), markedColumn: shown.firstIndex(of: state.key),
      isBottomUp: state.maskView.isBottomUp, hasGaps: true)
    guard matrix.draw(in: parts.picture, on: &canvas) else { return false }
    let isAllowed = mask[state.query, state.key]
    drawStatement(
      names[state.query], isAllowed ? "may attend to" : "may not attend to", names[state.key], isAllowed ? "1" : "0",
      in: parts.statement, on: &canvas)
    return true
  }
}

extension State {
  fileprivate var maskFormula: [String] {
    guard let marked else { return ["0: scaled → -∞", "0 → -∞"] }
    let pair = "S(\(word(marked.query)), \(word(marked.key)))"
    return marked.layer.mask[marked.query, marked.key]
      ? ["\(pair) counts", "1: the score counts", "1"] : ["\(pair): scaled → -∞", "0: scaled → -∞", "0 → -∞"]
  }
}
