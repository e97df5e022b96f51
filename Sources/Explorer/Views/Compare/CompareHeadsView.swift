import Activations
import Canvas
import Insights

/// All heads of A and B: how like each other they are, over the whole grid and as a sorted list.
struct CompareHeadsView {
  let state: State
  let appearance: Appearance
  let area: Rect

  static let listColumns = 34

  func draw(on canvas: inout Canvas) {
    let rows = state.comparedHeadRows
    guard !rows.isEmpty else {
      canvas.draw(
        Words.fitting(
          [state.incomparable ?? "comparing all heads" + Signs(appearance).ellipsis], in: area.columns,
          glyphs: appearance.glyphs),
        column: area.column, row: area.row, style: Style(attributes: .bold), glyphs: appearance.glyphs)
      return
    }
    let hasGrid = area.columns >= CompareHeadsView.listColumns + 24
    if hasGrid { drawGrid(rows, in: area.inset(right: CompareHeadsView.listColumns + 2), on: &canvas) }
    drawList(
      rows,
      in: hasGrid ? area.inset(left: area.columns - CompareHeadsView.listColumns) : area, on: &canvas)
  }

  /// What a head is coloured by: how far its cosine is from 1, or its largest change.
  private var isByLargest: Bool { state.compare.order == .largest }

  private func number(_ row: EncodingComparison.HeadDifference) -> Float {
    isByLargest ? row.largest : Float(1 - row.cosine)
  }

  private func painter(_ rows: [EncodingComparison.HeadDifference]) -> HeatPainter {
    // Where nothing has changed, rounding is not to look like much.
    HeatPainter(
      appearance: appearance, colors: state.colors, top: max(rows.map(number).filter(\.isFinite).max() ?? 1, 0.001))
  }

  private func drawGrid(_ rows: [EncodingComparison.HeadDifference], in grid: Rect, on canvas: inout Canvas) {
    let painter = painter(rows)
    let labels = "L\(state.model.layers) ".count
    let (layers, heads) = (state.model.layers, state.model.heads)
    let width = min(max((grid.columns - labels) / max(heads, 1), 1), 6)
    let height = min(max((grid.rows - 1) / max(layers, 1), 1), 2)
    let shownLayers = GridLayout.visible(count: layers, around: state.head.layer, room: (grid.rows - 1) / height)
    let shownHeads = GridLayout.visible(count: heads, around: state.head.head, room: (grid.columns - labels) / width)
    canvas.draw(
      Words.fitting(
        [
          (isByLargest ? "largest change" : "1 - cosine") + " of every head: bright has changed most",
          isByLargest ? "largest change" : "1 - cosine",
        ], in: grid.columns, glyphs: appearance.glyphs), column: grid.column, row: grid.row,
      style: Style(attributes: .bold))
    for row in rows where shownLayers.contains(row.head.layer) && shownHeads.contains(row.head.head) {
      let rect = Rect(
        column: grid.column + labels + (row.head.head - shownHeads.lowerBound) * width,
        row: grid.row + 1 + (row.head.layer - shownLayers.lowerBound) * height, columns: max(width - 1, 1), rows: height
      )
      canvas.fill(rect, with: painter.cell(number(row)))
      let isMarked = row.head == state.head
      var style = painter.style(number(row))
      if isMarked { style.attributes = appearance.hasHeatColors ? [.bold, .underline] : [.bold, .reverse] }
      guard width >= 4 || isMarked else { continue }
      var text = width >= 4 ? Words.number(Double(number(row)), width: width - 1) : "*"
      if text.count >= width, text.hasPrefix("0.") { text.removeFirst() }
      canvas.draw(text, column: rect.column, row: rect.row, style: style, width: rect.columns)
    }
    for layer in shownLayers {
      canvas.draw(
        "L\(layer + state.countFrom)", column: grid.column,
        row: grid.row + 1 + (layer - shownLayers.lowerBound) * height,
        style: Style(attributes: layer == state.head.layer ? [.bold, .reverse] : .dim), width: labels - 1)
    }
  }

  private func drawList(_ rows: [EncodingComparison.HeadDifference], in list: Rect, on canvas: inout Canvas) {
    let order = state.compare.order
    func title(_ text: String, _ isSorted: Bool, _ sign: String) -> String { text + (isSorted ? sign : " ") }
    let signs = Signs(appearance)
    let heading =
      title(" head   ", order == .place, signs.ascending) + title("  cosine", order == .cosine, signs.ascending)
      + title(" largest change", order == .largest, signs.descending)
    canvas.draw(
      heading, column: list.column, row: list.row, style: Style(attributes: .bold), width: list.columns,
      glyphs: appearance.glyphs)
    let painter = painter(rows)
    let marked = rows.firstIndex { $0.head == state.head }
    let visible = GridLayout.visible(count: rows.count, around: marked ?? 0, room: list.rows - 1)
    for (line, row) in rows[visible].enumerated() {
      let isMarked = row.head == state.head
      let y = list.row + 1 + line
      let place = "L\(row.head.layer + state.countFrom) H\(row.head.head + state.countFrom)"
      canvas.draw(
        (isMarked ? signs.marker : " ") + place, column: list.column, row: y,
        style: Style(attributes: isMarked ? [.bold, .reverse] : []), width: list.columns, glyphs: appearance.glyphs)
      let cosine = Words.fixed(row.cosine, 4)
      canvas.draw(
        cosine, column: list.column + 17 - cosine.count, row: y,
        style: isByLargest || !appearance.hasHeatColors ? .plain : painter.style(number(row)),
        width: max(list.columns - 17 + cosine.count, 0))
      let largest = Words.difference(row.largest)
      canvas.draw(
        largest, column: list.column + 31 - largest.count, row: y,
        style: isByLargest && appearance.hasHeatColors ? painter.style(number(row)) : .plain,
        width: max(list.columns - 31 + largest.count, 0))
    }
  }
}
