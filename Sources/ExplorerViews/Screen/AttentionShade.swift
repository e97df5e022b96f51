import Canvas
import Explorer

/// What the marked query attends to, as a shade behind the tokens of the sentence, where colours allow it: the probabilities of the
/// marked head, the brightest behind the largest of them.
struct AttentionShade {
  private let row: [Float]
  private let isAllowed: [Bool]
  private let painter: HeatPainter

  /// Nil where there is nothing to shade with: no colours, no query that is marked, or no numbers yet.
  init?(_ state: State, _ appearance: Appearance) {
    guard appearance.hasHeatColors, state.view.marks.contains(.query), let computation = state.computation,
      let head = HeadPicture(state: state, computation: computation)
    else { return nil }
    row = head.probabilities.row(head.query)
    isAllowed = row.indices.map { head.mask[head.query, $0] }
    let top = zip(row, isAllowed).filter { $1 && $0.isFinite }.map(\.0).max() ?? 1
    painter = HeatPainter(appearance: appearance, colors: state.colors, top: top)
  }

  /// How a token is written; nil where nothing of the query's attention goes to it that could be seen.
  func style(_ position: Int) -> Style? {
    guard row.indices.contains(position), isAllowed[position], row[position].isFinite,
      let level = painter.intensity(row[position]), level >= Self.least
    else { return nil }
    return painter.style(row[position])
  }

  /// Below this share of the largest probability a shade says nothing.
  private static let least: Float = 0.05
}
