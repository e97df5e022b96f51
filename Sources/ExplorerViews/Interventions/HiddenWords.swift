import Activations
import Canvas
import Explorer
import Insights

/// How much of the selected head's attention is hidden from the picture, from long to short.
struct HiddenWords {
  let state: State
  let appearance: Appearance
  let computation: Computation

  var wordings: [String] {
    guard let head = HeadPicture(state: state, computation: computation) else { return [] }
    let filter = state.pictureFilter(head.input)
    guard filter.isActive else { return ["Nothing of this sentence is hidden: it has none of it."] }
    let mass = hiddenMass(head.probabilities, isHidden: filter.isHiddenKey)
    let shown = head.input.realPositions.filter { !filter.hides(query: $0) }
    let mean = shown.isEmpty ? 0 : shown.reduce(0) { $0 + mass[$1] } / Double(shown.count)
    let row = Words.fixed(mass[head.query], 2)
    let token = TokenText.plain(head.tokens[head.query], glyphs: appearance.glyphs)
    return [
      "Hidden from the picture: \(names). With it goes \(row) of the row of \(token), \(Words.fixed(mean, 2)) of a row on "
        + "average: what is left does not sum to 1. Nothing is computed anew.",
      "Hidden from the picture, not from the model: \(names): \(row) of \(token)'s row, mean \(Words.fixed(mean, 2))",
      "Hidden, not from the model: \(names): \(row) of this row, mean \(Words.fixed(mean, 2))",
      "hidden: \(names): \(row) of the row, mean \(Words.fixed(mean, 2))", "hidden: \(row) of the row",
    ]
  }

  private var names: String {
    let kinds = TokenKind.allCases.filter(state.interventions.hidden.contains).map(\.words)
    return (kinds + (state.interventions.filter.map { ["all but \($0.words)"] } ?? [])).joined(separator: ", ")
  }
}
