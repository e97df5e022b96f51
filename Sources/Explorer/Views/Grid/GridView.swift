import Activations
import Canvas

/// All layers × heads as thumbnails, with the selected head large where there is room.
struct GridView {
  let state: State
  let appearance: Appearance
  let layout: GridLayout

  init(state: State, appearance: Appearance, area: Rect) {
    self.state = state
    self.appearance = appearance
    layout = GridLayout(state: state, appearance: appearance, area: area)
  }

  func draw(on canvas: inout Canvas) {
    drawLabels(on: &canvas)
    guard let computation = state.computation else { return }
    let filter = state.pictureFilter(computation.encoding.input)
    for layer in layout.layers {
      for head in layout.heads {
        drawThumbnail(HeadIndex(layer: layer, head: head), of: computation, filter, on: &canvas)
      }
    }
    drawCursor(on: &canvas)
    if let panel = layout.panel {
      HeadView(state: state, appearance: appearance, area: panel, isPanel: true).draw(on: &canvas)
    }
  }

  private func drawLabels(on canvas: inout Canvas) {
    let signs = Signs(appearance)
    let area = layout.area
    let corner = layout.hasLongLabels ? "head " + signs.arrow : ""
    canvas.draw(corner, column: area.column, row: area.row, style: Style(attributes: .dim), glyphs: appearance.glyphs)
    for head in layout.heads {
      guard let rect = layout.rect(of: HeadIndex(layer: layout.layers.lowerBound, head: head)) else { continue }
      let isSelected = head == state.head.head
      let name = "\(head + state.countFrom)"
      let label = layout.thumbnail.columns > name.count ? "H" + name : name
      canvas.draw(
        label, column: rect.column, row: area.row, style: Style(attributes: isSelected ? [.bold, .reverse] : .dim),
        width: layout.thumbnail.columns)
    }
    for layer in layout.layers {
      guard let rect = layout.rect(of: HeadIndex(layer: layer, head: layout.heads.lowerBound)) else { continue }
      let isSelected = layer == state.head.layer
      canvas.draw(
        (layout.hasLongLabels ? "layer " : "L") + "\(layer + state.countFrom)", column: area.column,
        row: rect.row + (rect.rows - 1) / 2,
        style: Style(attributes: isSelected ? [.bold, .reverse] : .dim), width: layout.labelColumns - 1)
    }
    drawScrollSigns(on: &canvas)
  }

  /// Says that there are more layers or heads than the screen shows.
  private func drawScrollSigns(on canvas: inout Canvas) {
    let hidden = (state.model.layers - layout.layers.count, state.model.heads - layout.heads.count)
    guard hidden.0 > 0 || hidden.1 > 0 else { return }
    var words: [String] = []
    if hidden.0 > 0 { words.append("layers \(span(layout.layers)) of \(state.model.layers)") }
    if hidden.1 > 0 { words.append("heads \(span(layout.heads)) of \(state.model.heads)") }
    let text = " " + words.joined(separator: ", ") + " "
    let row = layout.area.endRow - 1
    let used = 1 + layout.layers.count * layout.pitch.rows
    guard used < layout.area.rows else { return }
    canvas.draw(text, column: layout.area.column, row: row, style: Style(attributes: .dim), width: layout.area.columns)
  }

  private func span(_ range: Range<Int>) -> String {
    "\(range.lowerBound + state.countFrom)-\(range.upperBound - 1 + state.countFrom)"
  }

  private func drawThumbnail(
    _ index: HeadIndex, of computation: Computation, _ filter: PictureFilter, on canvas: inout Canvas
  ) {
    guard let rect = layout.rect(of: index), index.layer < computation.encoding.trace.layers.count,
      index.head < computation.encoding.trace.heads
    else { return }
    let layer = computation.encoding.trace.layers[index.layer]
    let norms = state.valueNorms.flatMap { norms in norms.norms.count > index.layer ? norms : nil }
    let positions = computation.encoding.input.count
    let dots = HeatPainter.dots(columns: rect.columns, rows: rect.rows, appearance: appearance)
    let side = min(dots.columns, appearance.hasHalfBlocks ? rect.columns : dots.columns)
    let image = HeatImage(
      layer.attentionProbabilities[slice: index.head], mask: layer.mask, positions: positions,
      columns: side, rows: appearance.hasHalfBlocks ? side : dots.rows,
      filter: filter, weights: norms?.norms[index.layer][index.head])
    // Where something is hidden, the colours are for what is shown.
    let shown = filter.isActive && state.range == .head ? image.dots.lazy.compactMap(\.self).max() : nil
    let painter = HeatPainter(
      appearance: appearance, colors: state.colors, top: shown ?? state.top(of: index, in: computation))
    painter.draw(image, on: &canvas, column: rect.column, row: rect.row)
    if let kind = layer.ablations[index.head] {
      canvas[rect.column, rect.row] = Cell(base: kind.sign, style: Style(attributes: [.bold, .reverse]))
    }
  }

  /// Bars on both sides of the selected head: they can be seen without colours.
  private func drawCursor(on canvas: inout Canvas) {
    guard let rect = layout.rect(of: state.head) else { return }
    let unicode = appearance.glyphs == .unicode
    let style = Style(foreground: appearance.depth == .none ? .standard : HeatPainter.cursor, attributes: .bold)
    for row in rect.row..<rect.endRow {
      canvas[rect.column - 1, row] = Cell(base: unicode ? "▐" : "[", style: style)
      canvas[rect.endColumn, row] = Cell(base: unicode ? "▌" : "]", style: style)
    }
  }
}

extension State {
  /// The probability that the brightest colour stands for.
  func top(of index: HeadIndex, in computation: Computation) -> Float {
    let largest = valueNorms?.largest ?? computation.largest
    let largestOfAll = valueNorms?.largestOfAll ?? computation.largestOfAll
    switch exploration.range {
    case .all: return largestOfAll
    case .head:
      guard largest.indices.contains(index.layer),
        largest[index.layer].indices.contains(index.head)
      else { return 1 }
      if valueNorms == nil, let shown = computation.largestShown(of: index, levers: exploration.levers) { return shown }
      return largest[index.layer][index.head]
    }
  }
}
