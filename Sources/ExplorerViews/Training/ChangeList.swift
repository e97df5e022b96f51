import Canvas
import Explorer
import UserInput

/// The heads that training has changed most: head, query and key, before and after.
struct ChangeList {
  let state: State
  let appearance: Appearance
  let area: Rect

  func draw(on canvas: inout Canvas) {
    guard area.rows > 1, let changes = state.headChanges, !changes.pairs.isEmpty else { return }
    canvas.draw(
      Words.fitting(
        [
          "The largest changes on this sentence: head, query to key, before to after",
          "The largest changes: head, query to key, before to after", "The largest changes",
        ], in: area.columns,
        glyphs: appearance.glyphs), column: area.column, row: area.row, style: Style(attributes: .bold),
      glyphs: appearance.glyphs)
    let detail = TrainingDetail(state: state, appearance: appearance)
    for (line, pair) in shown(changes.pairs).enumerated() {
      let isMarked = pair.head == state.head
      let name = state.shortName(of: pair.head)
      let text = "\(isMarked ? Signs(appearance).marker : " ") \(name)  \(detail.pairWords(pair))"
      canvas.draw(
        Words.cut(text, to: area.columns, glyphs: appearance.glyphs), column: area.column, row: area.row + 1 + line,
        style: Style(attributes: isMarked ? .bold : []), glyphs: appearance.glyphs)
    }
  }

  /// The change that lies at a point.
  func pair(at point: Point) -> PairChange? {
    guard area.contains(point), point.row > area.row, let changes = state.headChanges else { return nil }
    return shown(changes.pairs).dropFirst(point.row - area.row - 1).first
  }

  /// From the top; or where the marked head would be out of sight, those around it.
  private func shown(_ pairs: [PairChange]) -> ArraySlice<PairChange> {
    let room = area.rows - 1
    guard
      let place = pairs.firstIndex(where: { $0.head == state.head && $0.query == state.query && $0.key == state.key }),
      place >= room
    else { return pairs.prefix(room) }
    return pairs[(place - room + 1)...place]
  }
}
