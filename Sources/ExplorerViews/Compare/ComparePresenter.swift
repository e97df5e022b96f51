import Activations
import Canvas
import Explorer
import Insights
import UserInput

extension CompareDrawing {
  static func formula(_ state: State) -> [String] { state.compareFormula }

  static func present(_ presenter: ViewPresenter, on canvas: inout Canvas) -> Bool {
    presenter.drawComparison(on: &canvas)
  }
}

extension ViewPresenter {
  fileprivate func drawComparison(on canvas: inout Canvas) -> Bool {
    guard state.compareMode == .tokens, let comparison = state.headComparison else { return false }
    let shown = comparison.positionsB
    guard !shown.isEmpty, comparison.factor == 1, PresenterMatrixLayout.isRoom(for: shown.count, in: area),
      shown.allSatisfy(names.indices.contains)
    else { return false }
    let (query, key) = comparison.places(of: (state.query, state.key))
    let queryNames = state.queryNames(glyphs) ?? names
    guard comparison.queriesB.allSatisfy(queryNames.indices.contains) else { return false }
    let parts = PairStatement.split(area, words: names)
    let matrix = PresenterMatrix(
      painter: DivergingPainter(appearance: appearance, top: comparison.top), names: shown.map { names[$0] },
      rowNames: comparison.queriesB.map { queryNames[$0] }, value: { comparison.change[$0, $1] },
      text: { LargeNumber.share(comparison.change[$0, $1]) }, markedRow: query,
      markedColumn: key, spotlight: presentation.spotlight)
    guard matrix.draw(in: parts.picture, on: &canvas) else { return false }
    guard comparison.queriesB.indices.contains(query), shown.indices.contains(key) else { return true }
    let change = Double(comparison.change[query, key])
    let verb =
      !change.isFinite
      ? "cannot be compared in what it gives to"
      : change == 0
        ? "gives as much as before to"
        : abs(change) < 0.005
          ? "gives nearly as much as before to" : change < 0 ? "now gives less to" : "now gives more to"
    drawStatement(
      queryNames[comparison.queriesB[query]], verb, names[shown[key]],
      Words.fixed(change, 2), in: parts.statement, on: &canvas)
    return true
  }
}

extension State {
  fileprivate var compareFormula: [String] {
    guard let comparison = headComparison else { return ["B - A"] }
    guard compareMode == .tokens else { return formula("cos(A, B)", comparison.cosine) }
    let (query, key) = comparison.places(of: (query, key))
    guard playback?.question?.isVeiled != true, comparison.queriesB.indices.contains(query),
      comparison.positionsB.indices.contains(key)
    else { return ["B - A"] }
    let (a, b) = compared(comparison, query: query, key: key)
    return Words.subtraction(b, a).map { "B - A = \($0)" } + ["B - A = \(Words.signed(b - a, 2))"]
  }
}

extension Words {
  /// 0.57 - 0.12 = +0.45, with two digits, or as many as make it true of the rounded numbers; none where that is more than four.
  static func subtraction(_ b: Double, _ a: Double) -> [String] {
    for (decimals, unit) in [(2, 100.0), (3, 1000.0), (4, 10_000.0)] {
      let (whole, part) = ((b * unit).rounded(), (a * unit).rounded())
      guard (whole - part) == ((b - a) * unit).rounded() else { continue }
      return ["\(fixed(b, decimals)) - \(fixed(a, decimals)) = \(signed(b - a, decimals))"]
    }
    return []
  }
}
