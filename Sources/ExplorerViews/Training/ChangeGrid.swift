import Activations
import Canvas
import Explorer
import Insights
import UserInput

/// All heads, a row for each layer, coloured by how far training has changed their attention.
struct ChangeGrid {
  let state: State
  let appearance: Appearance
  let area: Rect
  private let labelColumns: Int
  private let cell: Size
  private let layers: Range<Int>
  private let heads: Range<Int>
  private let hasTitle: Bool

  init(state: State, appearance: Appearance, area: Rect) {
    self.state = state
    self.appearance = appearance
    self.area = area
    let (layerCount, headCount) = (max(state.model.layers, 1), max(state.model.heads, 1))
    labelColumns = area.columns >= 16 ? "L\(layerCount - 1 + state.countFrom) ".count : 0
    let room = max(area.columns - labelColumns, 1)
    hasTitle = area.rows > min(layerCount, 2)
    let rows = max(area.rows - (hasTitle ? 1 : 0), 1)
    cell = Size(
      columns: max(min(room / headCount, 7), 1), rows: max(min(rows / layerCount, area.rows >= 20 ? 3 : 1), 1))
    layers = GridLayout.visible(count: state.model.layers, around: state.head.layer, room: rows / cell.rows)
    heads = GridLayout.visible(count: state.model.heads, around: state.head.head, room: room / cell.columns)
  }

  private var top: Int { area.row + (hasTitle ? 1 : 0) }

  private func rect(_ head: HeadIndex) -> Rect? {
    guard layers.contains(head.layer), heads.contains(head.head) else { return nil }
    // A gap between heads, where there is room for one.
    return Rect(
      column: area.column + labelColumns + (head.head - heads.lowerBound) * cell.columns,
      row: top + (head.layer - layers.lowerBound) * cell.rows,
      columns: max(cell.columns - (cell.columns > 2 ? 1 : 0), 1),
      rows: cell.rows)
  }

  func head(at point: Point) -> HeadIndex? {
    for layer in layers {
      for head in heads {
        let index = HeadIndex(layer: layer, head: head)
        if rect(index)?.contains(point) == true { return index }
      }
    }
    return nil
  }

  func draw(on canvas: inout Canvas) {
    guard area.rows > 0, area.columns > 0 else { return }
    let changes = state.headChanges
    if hasTitle {
      canvas.draw(
        Words.fitting(title(changes), in: area.columns, glyphs: appearance.glyphs), column: area.column, row: area.row,
        style: Style(attributes: .bold), glyphs: appearance.glyphs)
    }
    let painter = HeatPainter(appearance: appearance, colors: state.colors, top: state.topOfChange)
    for layer in layers {
      if labelColumns > 0, let rect = rect(HeadIndex(layer: layer, head: heads.lowerBound)) {
        canvas.draw(
          "L\(layer + state.countFrom)", column: area.column, row: rect.row + (rect.rows - 1) / 2,
          style: Style(attributes: layer == state.head.layer ? [.bold, .reverse] : .dim), width: labelColumns - 1)
      }
      for head in heads {
        let index = HeadIndex(layer: layer, head: head)
        guard let rect = rect(index) else { continue }
        draw(index, changes?.change(of: index, by: state.training.measure), painter, in: rect, on: &canvas)
      }
    }
  }

  private func title(_ changes: HeadChanges?) -> [String] {
    let all = state.model.layers * state.model.heads
    guard let learning = state.learning, let step = learning.snapshot else {
      return ["Change of \(all) heads: nothing has been trained", "Change of the heads"]
    }
    guard let changes else { return ["Change of \(all) heads" + Signs(appearance).ellipsis] }
    let name = state.training.measure == .cosine ? "1 - cosine" : "largest difference"
    guard changes.changed > 0 else {
      return [
        "After step \(step): \(all) heads, change exactly 0", "\(all) heads, change exactly 0", "change exactly 0",
      ]
    }
    let largest = Words.fixed(changes.largest(by: state.training.measure), 2)
    return [
      "After step \(step): \(changes.changed) of \(all) heads changed; \(name) up to \(largest)",
      "Step \(step): \(changes.changed) of \(all) changed, up to \(largest)", "\(name) up to \(largest)",
    ]
  }

  private func draw(
    _ head: HeadIndex, _ change: Double?, _ painter: HeatPainter, in rect: Rect, on canvas: inout Canvas
  ) {
    let isMarked = head == state.head
    let isKnown = state.learning?.snapshot != nil
    // Before anything is trained, nothing has changed; that is no number yet.
    let number = change.map { Float($0) } ?? (isKnown ? nil : 0)
    canvas.fill(rect, with: painter.cell(number))
    if cell.columns >= 4, let change {
      var style = appearance.hasHeatColors ? painter.style(number) : .plain
      if isMarked { style.attributes = appearance.hasHeatColors ? [.bold, .underline] : [.bold, .reverse] }
      // Exactly 0 is said otherwise than what is only small.
      let text = change == 0 ? "0" : Words.fixed(change, 2)
      let short = text.hasPrefix("0.") && cell.columns < 6 ? String(text.dropFirst()) : text
      canvas.draw(
        short, column: rect.column + max((rect.columns - short.count) / 2, 0), row: rect.row + (rect.rows - 1) / 2,
        style: style, width: rect.columns)
    } else if isMarked {
      var style = canvas[rect.column, rect.row].style
      if appearance.depth == .none { style.attributes.insert(.reverse) } else { style.foreground = HeatPainter.cursor }
      canvas.draw(
        appearance.glyphs == .unicode ? "◆" : "@", column: rect.column, row: rect.row, style: style,
        glyphs: appearance.glyphs)
    }
    guard isMarked, cell.columns > 2, rect.column > area.column else { return }
    let color = appearance.depth == .none ? Color.standard : HeatPainter.cursor
    canvas.draw(
      appearance.glyphs == .unicode ? "▐" : "[", column: rect.column - 1, row: rect.row + (rect.rows - 1) / 2,
      style: Style(foreground: color, attributes: .bold), glyphs: appearance.glyphs)
  }
}

/// The heads that training has changed most: head, query and key, before and after.
struct ChangeList {
  let state: State
  let appearance: Appearance
  let area: Rect

  func draw(on canvas: inout Canvas) {
    guard let changes = state.headChanges, !changes.pairs.isEmpty else { return }
    canvas.draw(
      Words.fitting(
        ["The largest changes: head, query to key, before to after", "The largest changes"], in: area.columns,
        glyphs: appearance.glyphs), column: area.column, row: area.row, style: Style(attributes: .bold),
      glyphs: appearance.glyphs)
    let detail = TrainingDetail(state: state, appearance: appearance)
    for (line, pair) in changes.pairs.prefix(area.rows - 1).enumerated() {
      let isMarked = pair.head == state.head
      let name = "L\(pair.head.layer + state.countFrom) H\(pair.head.head + state.countFrom)"
      let text = "\(isMarked ? Signs(appearance).marker : " ") \(name)  \(detail.pairWords(pair))"
      canvas.draw(
        Words.cut(text, to: area.columns, glyphs: appearance.glyphs), column: area.column, row: area.row + 1 + line,
        style: Style(attributes: isMarked ? .bold : []), glyphs: appearance.glyphs)
    }
  }
}
