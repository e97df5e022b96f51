import Activations
import Canvas
import Explorer
import Insights
import UserInput

/// A view as a class sees it: few things, all large. What has no form of its own is drawn as always (`ViewDrawing.present`).
struct ViewPresenter {
  let state: State
  let appearance: Appearance
  let presentation: Presentation
  let area: Rect

  var glyphs: GlyphSet { appearance.glyphs }
  var isVeiled: Bool { state.playback?.question?.isVeiled == true }

  /// Returns false where the view has to be drawn as always.
  func draw(on canvas: inout Canvas) -> Bool {
    guard let encoding = state.encoding, state.query < encoding.queryInput.count, state.key < encoding.input.count,
      state.obstacle == nil
    else { return false }
    return state.view.drawing.present(self, on: &canvas)
  }

  /// The tokens as they are written on the screen.
  var names: [String] { state.computation?.names(glyphs).names ?? [] }

  /// The pair whose cell lies at a point, where the view is one large matrix.
  func pair(at point: Point) -> (query: Int, key: Int)? {
    let shown: [Int]
    var shownQueries: [Int]?
    switch state.view {
    case .head:
      let head = HeadPresenter(state: state, appearance: appearance, presentation: presentation, area: area)
      guard head.isLarge else { return nil }
      shown = Array(names.indices)
      shownQueries = state.queryNames(glyphs).map { Array($0.indices) }
    case .flow, .words: shown = Array(names.indices)
    case .mask: shown = state.positionsInMask
    case .compare:
      shown = state.headComparison?.positionsB ?? []
      shownQueries = state.encoding?.isCross == true ? state.headComparison?.queriesB : nil
    case .grid, .steps, .heads, .train: return nil
    }
    guard PresenterMatrixLayout.isRoom(for: shown.count, in: area), shown.allSatisfy(names.indices.contains) else {
      return nil
    }
    let layout = PresenterMatrixLayout(
      names: shown.map { names[$0] },
      rowNames: shownQueries.flatMap { shown in
        state.queryNames(glyphs).flatMap { names in
          shown.allSatisfy(names.indices.contains) ? shown.map { names[$0] } : nil
        }
      }, isBottomUp: state.view == .mask && state.maskView.isBottomUp,
      appearance: appearance, area: PairStatement.split(area, words: names).picture)
    return layout?.cell(at: point).map { ((shownQueries ?? shown)[$0.row], shown[$0.column]) }
  }

  func drawStatement(
    _ word: String, _ verb: String, _ other: String, _ number: String?, in statement: Rect?, on canvas: inout Canvas
  ) {
    guard let statement else { return }
    PairStatement(word: word, verb: verb, other: other, number: isVeiled ? nil : number, glyphs: glyphs)
      .draw(in: statement, on: &canvas)
  }
}

extension State {
  /// The tokens that attend as they are written on the screen, where they are others than those that are attended to.
  func queryNames(_ glyphs: GlyphSet) -> [String]? {
    guard let encoding, encoding.isCross else { return nil }
    return encoding.queryInput.names.map { TokenText.plain($0, glyphs: glyphs) }
  }
}
