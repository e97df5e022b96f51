import Activations
import Canvas
import Explorer
import UserInput

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
    drawThumbnails(of: computation, on: &canvas)
    drawCursor(on: &canvas)
    if let preview = layout.preview {
      HeadView(state: state, appearance: appearance, area: preview, isPreview: true).draw(on: &canvas)
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

  /// Says that there are more layers or heads than the screen shows, and how many tokens a dot stands for.
  private func drawScrollSigns(on canvas: inout Canvas) {
    let hidden = (state.model.layers - layout.layers.count, state.model.heads - layout.heads.count)
    var words: [String] = []
    if hidden.0 > 0 { words.append("layers \(span(layout.layers)) of \(state.model.layers)") }
    if hidden.1 > 0 { words.append("heads \(span(layout.heads)) of \(state.model.heads)") }
    let used = GridRoom.header + layout.thumbnail.screenRows(layers: layout.layers.count)
    guard used < layout.area.rows else { return }
    let factor = showsEveryPair ? 1 : layout.thumbnail.factor
    let pooling = PoolingWords.wordings(factor, appearance.glyphs)
    let wordings = pooling.isEmpty ? [words] : pooling.map { [$0] + words }
    canvas.draw(
      Words.fitting(
        wordings.map { " " + $0.joined(separator: ", ") }, in: layout.area.columns, glyphs: appearance.glyphs),
      column: layout.area.column, row: layout.area.endRow - 1, style: Style(attributes: .dim),
      width: layout.area.columns, glyphs: appearance.glyphs)
  }

  /// Whether the picture can be finer than cells, and is not so large that it must not be.
  private var showsEveryPair: Bool {
    appearance.isVector && !state.isReadInParts
      && state.queryPositions * state.positions * layout.layers.count * layout.heads.count <= GridView.mostPairs
  }

  /// As many pairs are drawn in a picture at most.
  private static let mostPairs = 4_000_000

  private func span(_ range: Range<Int>) -> String {
    "\(range.lowerBound + state.countFrom)-\(range.upperBound - 1 + state.countFrom)"
  }

  /// All thumbnails are one picture: where layers lie close, a cell can hold dots of two of them.
  private func drawThumbnails(of computation: Computation, on canvas: inout Canvas) {
    let trace = computation.encoding.trace
    let filter = state.pictureFilter(computation.encoding.input)
    let origin = layout.origin
    var field = DotField(columns: layout.dots.columns, rows: layout.dots.rows)
    for layer in layout.layers.clamped(to: 0..<trace.layers.count) {
      for head in layout.heads.clamped(to: 0..<trace.heads) {
        let index = HeadIndex(layer: layer, head: head)
        guard let dot = layout.dot(of: index) else { continue }
        let image = image(of: index, in: computation, filter)
        // Where something is hidden, the colours are for what is shown.
        let shown =
          filter.isActive && state.range == .head ? image.dots.lazy.compactMap(\.self).filter(\.isFinite).max() : nil
        let painter = HeatPainter(
          appearance: appearance, colors: state.colors, top: shown ?? state.top(of: index, in: computation))
        if showsEveryPair, layout.thumbnail.factor > 1, trace.layers[layer].ablations[head] == nil {
          drawPairs(of: index, in: computation, filter, painter, at: dot, on: &canvas)
        }
        if appearance.hasHalfBlocks {
          painter.fill(&field, with: image, column: dot.column, row: dot.row)
        } else {
          painter.draw(image, on: &canvas, column: origin.column + dot.column, row: origin.row + dot.row)
        }
      }
    }
    if appearance.hasHalfBlocks {
      let painter = HeatPainter(appearance: appearance, colors: state.colors, top: 1)
      field.draw(on: &canvas, column: origin.column, row: origin.row, odd: painter.cell)
      if layout.thumbnail.gap == 0 { drawBorders(on: &canvas) }
    }
    for layer in layout.layers.clamped(to: 0..<trace.layers.count) {
      for (head, kind) in trace.layers[layer].ablations {
        guard let rect = layout.rect(of: HeadIndex(layer: layer, head: head)) else { continue }
        canvas[rect.column, rect.row] = Cell(base: kind.sign, style: Style(attributes: [.bold, .reverse]))
      }
    }
  }

  /// Dashes between the heads where one layer ends and the next begins, when there is no room to keep them apart.
  private func drawBorders(on canvas: inout Canvas) {
    for layer in layout.layers.dropFirst() {
      for head in layout.heads {
        guard let dot = layout.dot(of: HeadIndex(layer: layer, head: head)) else { continue }
        let sign: Unicode.Scalar = dot.row % layout.thumbnail.dotsPerRow == 0 ? "▔" : "─"
        canvas[layout.origin.column + dot.column - 1, layout.origin.row + dot.row / layout.thumbnail.dotsPerRow] = Cell(
          base: sign, style: Style(attributes: .dim))
      }
    }
  }

  private func image(of index: HeadIndex, in computation: Computation, _ filter: PictureFilter) -> HeatImage {
    computation.picture(of: index, Thumbnails.Look(layout.thumbnail, filter: filter), state)
  }

  /// Every pair in the place of a thumbnail.
  private func drawPairs(
    of index: HeadIndex, in computation: Computation, _ filter: PictureFilter, _ painter: HeatPainter,
    at dot: (column: Int, row: Int), on canvas: inout Canvas
  ) {
    let count = state.positions
    let image = computation.picture(
      of: index, Thumbnails.Look(columns: count, rows: count, filter: filter), state, among: Thumbnails())
    canvas.add(
      painter.finePicture(
        image, column: layout.origin.column + dot.column,
        halfRow: layout.origin.row * 2 + dot.row * 2 / layout.thumbnail.dotsPerRow, columns: layout.thumbnail.columns,
        halfRows: layout.thumbnail.rows * 2 / layout.thumbnail.dotsPerRow))
  }

  /// Bars on both sides of the selected head: they can be seen without colours.
  private func drawCursor(on canvas: inout Canvas) {
    guard let rect = layout.rect(of: state.head) else { return }
    let style = Style(foreground: appearance.depth == .none ? .standard : HeatPainter.cursor, attributes: .bold)
    let bars = CursorBars(rect: rect, of: layout, at: state.head, glyphs: appearance.glyphs)
    for row in rect.row..<rect.endRow {
      canvas[rect.column - 1, row] = Cell(base: bars.left(row), style: style)
      canvas[rect.endColumn, row] = Cell(base: bars.right(row), style: style)
    }
  }
}

/// The bars beside a thumbnail, as long as it is: where it begins or ends in the middle of a row, they do, too.
private struct CursorBars {
  private let rect: Rect
  private let glyphs: GlyphSet
  /// Whether the thumbnail leaves the first row's upper half, or the last row's lower half, to others.
  private let skipsTop: Bool
  private let skipsBottom: Bool

  init(rect: Rect, of layout: GridLayout, at head: HeadIndex, glyphs: GlyphSet) {
    let first = layout.dot(of: head)?.row ?? 0
    let perRow = layout.thumbnail.dotsPerRow
    self.rect = rect
    self.glyphs = glyphs
    skipsTop = first % perRow != 0
    skipsBottom = (first + layout.thumbnail.rows) % perRow != 0
  }

  func left(_ row: Int) -> Unicode.Scalar { sign(row, whole: "▐", lower: "▗", upper: "▝", ascii: "[") }
  func right(_ row: Int) -> Unicode.Scalar { sign(row, whole: "▌", lower: "▖", upper: "▘", ascii: "]") }

  private func sign(
    _ row: Int, whole: Unicode.Scalar, lower: Unicode.Scalar, upper: Unicode.Scalar, ascii: Unicode.Scalar
  ) -> Unicode.Scalar {
    guard glyphs == .unicode else { return ascii }
    if skipsTop, row == rect.row { return lower }
    if skipsBottom, row == rect.endRow - 1 { return upper }
    return whole
  }
}

extension State {
  /// The probability that the brightest colour stands for.
  func top(of index: HeadIndex, in computation: Computation) -> Float {
    if computation.encoding.trace.isReadInParts, computation.overviews == nil {
      return exploration.range == .head ? overview(of: index)?.largest ?? 1 : 1
    }
    let attribution = attribution
    let largest = valueNorms?.largest ?? attribution?.largest ?? computation.largest
    switch exploration.range {
    case .all: return valueNorms?.largestOfAll ?? attribution?.largestOfAll ?? computation.largestOfAll
    case .head:
      guard largest.indices.contains(index.layer),
        largest[index.layer].indices.contains(index.head)
      else { return 1 }
      if let attribution { return attribution.largest[index.layer][index.head] * attribution.unit }
      if computation.encoding.trace.computesRows {
        return hiddenOverview(of: index)?.largest ?? largest[index.layer][index.head]
      }
      if valueNorms == nil, let shown = computation.largestShown(of: index, interventions: exploration.interventions) {
        return shown
      }
      return largest[index.layer][index.head]
    }
  }
}
