import Activations
import Canvas
import Explorer
import Insights
import UserInput

extension WordsDrawing {
  static func formula(_ state: State) -> [String] { state.wordsFormula }

  static func present(_ presenter: ViewPresenter, on canvas: inout Canvas) -> Bool { presenter.drawWords(on: &canvas) }
}

extension ViewPresenter {
  fileprivate func drawWords(on canvas: inout Canvas) -> Bool {
    guard let map = state.similarityMap, map.cosines.shape == [names.count, names.count] else { return false }
    let parts = PairStatement.split(area, words: names)
    let matrix = PresenterMatrix(
      painter: DivergingPainter(appearance: appearance, top: 1), names: names, value: { map.cosines[$0, $1] },
      text: { LargeNumber.share(map.cosines[$0, $1]) }, markedRow: state.query,
      spotlight: presentation.spotlight == .query ? .query : .none)
    guard matrix.draw(in: parts.picture, on: &canvas) else { return false }
    let name = names[state.query]
    if let same = state.sameWord, let position = same.position, same.similarities.indices.contains(state.hiddenState),
      let other = state.otherSentence
    {
      let (sentence, place) = (other + state.countFrom, position + state.countFrom)
      drawStatement(
        name,
        Words.fitting(
          [
            "like itself in sentence \(sentence), place \(place)", "like itself in sentence \(sentence)", "like itself",
          ],
          in: parts.statement?.columns ?? 0, glyphs: glyphs), name,
        Words.fixed(same.similarities[state.hiddenState], 2), in: parts.statement, on: &canvas)
    } else if let history = state.wordHistory, history.nearest.indices.contains(state.hiddenState) {
      let nearest = history.nearest[state.hiddenState]
      guard names.indices.contains(nearest.position) else { return true }
      drawStatement(
        name,
        state.positions > (state.encoding?.input.realCount ?? 0) ? "is, PAD left out, nearest to" : "is nearest to",
        names[nearest.position], Words.fixed(Double(nearest.cosine), 2), in: parts.statement,
        on: &canvas)
    }
    return true
  }
}

extension State {
  fileprivate var wordsFormula: [String] {
    let name = word(query)
    if let same = sameWord, same.position != nil, same.similarities.indices.contains(hiddenState) {
      let number = Words.fixed(same.similarities[hiddenState], 2)
      return ["cos(\(name), \(name)) = \(number)", "cosine = \(number)"]
    }
    guard let history = wordHistory, history.nearest.indices.contains(hiddenState) else { return ["cos(x, y)"] }
    let nearest = history.nearest[hiddenState]
    let number = Words.fixed(Double(nearest.cosine), 2)
    return ["cos(\(name), \(word(nearest.position))) = \(number)", "cosine = \(number)"]
  }
}
