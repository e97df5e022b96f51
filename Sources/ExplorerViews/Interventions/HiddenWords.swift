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
    // Pictures are of the grid, of a head and of the flow; elsewhere what is hidden is told of the selected head.
    guard let head = HeadPicture(onScreen: state) ?? HeadPicture(state: state, computation: computation) else {
      return []
    }
    if state.pictureFilter(head.input).isActive, !head.filter.isActive {
      return [
        "Nothing is hidden here: of so long a text Flow is known only in cells of several tokens.",
        "nothing is hidden here",
      ]
    }
    guard head.filter.isActive else { return ["Nothing of this sentence is hidden: it has none of it."] }
    if let known = state.hiddenLayersKnown {
      let done = "\(known) of \(Words.count(state.model.layers, "layer"))"
      return [
        "Hidden from the picture: \(names). Heads are gone through once more for it: \(done).",
        "Hidden: \(names). Heads are gone through: \(done)", "hidden: \(names): \(done)",
      ]
    }
    guard let mass = head.hiddenMass else {
      return ["Hidden from the picture: \(names). Nothing is computed anew.", "hidden: \(names)"]
    }
    let shown = head.input.realPositions.filter { !head.filter.hides(query: $0) }
    let factor = AttributionWords.factor(head.unit, Signs(appearance))
    let mean =
      Words.fixed(shown.isEmpty ? 0 : shown.reduce(0) { $0 + mass[$1] } / Double(shown.count), 2) + factor
    let row = Words.fixed(mass[head.query], 2) + factor
    let token = TokenText.plain(head.tokens[head.query], glyphs: appearance.glyphs)
    guard head.areShares, head.quantity != .pooled(.maximum) else {
      let what = "\(row) of \(head.quantity.name) in the row of \(token)"
      return [
        "Hidden from the picture: \(names). With it goes \(what), \(mean) in a row on average. Nothing is "
          + "computed anew.", "Hidden, not from the model: \(names): \(what), mean \(mean)",
        "hidden: \(names): \(row) of the row, mean \(mean)", "hidden: \(row) of the row",
      ]
    }
    return [
      "Hidden from the picture: \(names). With it goes \(row) of the row of \(token), \(mean) of a row on "
        + "average: what is left does not sum to 1. Nothing is computed anew.",
      "Hidden from the picture, not from the model: \(names): \(row) of \(token)'s row, mean \(mean)",
      "Hidden, not from the model: \(names): \(row) of this row, mean \(mean)",
      "hidden: \(names): \(row) of the row, mean \(mean)", "hidden: \(row) of the row",
    ]
  }

  private var names: String {
    let kinds = TokenKind.allCases.filter(state.interventions.hidden.contains).map(\.words)
    return (kinds + (state.interventions.filter.map { ["all but \($0.words)"] } ?? [])).joined(separator: ", ")
  }
}
