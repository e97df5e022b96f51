import Activations
import Canvas
import Explorer
import UserInput

/// Where the small pictures of all heads of a layer lie, each under its name.
struct LayerHeadsLayout {
  let area: Rect
  let heads: Int
  /// How many stand beside each other.
  let perLine: Int
  /// The picture of one head, in dots.
  let thumbnail: ThumbnailSize

  /// Columns between pictures.
  private static let gap = 2
  /// What a name needs.
  private static let narrowest = 8

  init(state: State, appearance: Appearance, area: Rect) {
    self.area = area
    let heads = max(state.model.heads, 1)
    self.heads = heads
    // A row for what it is, and one for the name of each head.
    let choices = (1...heads).map { perLine in
      let lines = (heads + perLine - 1) / perLine
      return (
        perLine: perLine,
        thumbnail: ThumbnailSize(
          MatrixExtent(state).ofThumbnails,
          in: Size(
            columns: (area.columns + LayerHeadsLayout.gap) / perLine - LayerHeadsLayout.gap,
            rows: (area.rows - 1) / lines - 1), hasHalfBlocks: appearance.hasHalfBlocks)
      )
    }
    let fitting = choices.filter { choice in
      (area.columns + LayerHeadsLayout.gap) / choice.perLine - LayerHeadsLayout.gap >= LayerHeadsLayout.narrowest
        && (area.rows - 1) / ((heads + choice.perLine - 1) / choice.perLine) >= 3
    }
    let best = (fitting.isEmpty ? choices : fitting).max { a, b in
      (a.thumbnail.scale, -a.thumbnail.factor, -a.perLine) < (b.thumbnail.scale, -b.thumbnail.factor, -b.perLine)
    }
    perLine = best?.perLine ?? 1
    thumbnail = best?.thumbnail ?? ThumbnailSize(MatrixExtent(1), in: Size(columns: 1, rows: 1), hasHalfBlocks: false)
  }

  private var columns: Int { max((area.columns + LayerHeadsLayout.gap) / perLine, 1) }
  private var rows: Int { max((area.rows - 1) / ((heads + perLine - 1) / perLine), 1) }

  /// The name of a head in its first row, the picture in the others.
  func rect(of head: Int) -> Rect {
    Rect(
      column: area.column + head % perLine * columns, row: area.row + 1 + head / perLine * rows,
      columns: columns - LayerHeadsLayout.gap, rows: rows)
  }

  func head(at point: Point) -> Int? { (0..<heads).first { rect(of: $0).contains(point) } }
}

/// All heads of the layer, beside the one that is shown large.
struct LayerHeadsView {
  let state: State
  let appearance: Appearance
  let area: Rect

  func draw(_ computation: Computation, on canvas: inout Canvas) {
    let layout = LayerHeadsLayout(state: state, appearance: appearance, area: area)
    let layer = state.head.layer
    let trace = computation.encoding.trace
    guard trace.layers.indices.contains(layer) else { return }
    let signs = Signs(appearance)
    let pooling = appearance.isVector ? [] : PoolingWords.wordings(layout.thumbnail.factor, appearance.glyphs)
    let title = "layer \(layer + state.countFrom): all its heads, H L go to the next"
    canvas.draw(
      Words.fitting(
        pooling.map { title + signs.separator + $0 } + pooling + [title], in: area.columns, glyphs: appearance.glyphs),
      column: area.column, row: area.row, style: Style(attributes: .dim), glyphs: appearance.glyphs)
    for head in 0..<min(layout.heads, trace.heads) {
      let index = HeadIndex(layer: layer, head: head)
      let rect = layout.rect(of: head)
      guard rect.endRow <= area.endRow else { break }
      let isMarked = index == state.head
      let sign = trace.layers[layer].ablations[head].map { String($0.sign) + " " } ?? ""
      let pattern = state.pattern(of: index).map { " " + $0.name } ?? ""
      canvas.draw(
        Words.cut(
          "\(isMarked ? signs.marker : " ")\(sign)H\(head + state.countFrom)\(pattern)", to: rect.columns,
          glyphs: appearance.glyphs), column: rect.column, row: rect.row,
        style: Style(attributes: isMarked ? [.bold, .reverse] : []), glyphs: appearance.glyphs)
      draw(index, computation, layout.thumbnail, in: rect.inset(top: 1), on: &canvas)
    }
  }

  private func draw(
    _ index: HeadIndex, _ computation: Computation, _ size: ThumbnailSize, in rect: Rect, on canvas: inout Canvas
  ) {
    let look = Thumbnails.Look(size, filter: state.pictureFilter(computation.encoding.input))
    let painter = HeatPainter(appearance: appearance, colors: state.colors, top: state.top(of: index, in: computation))
    painter.draw(
      computation.picture(of: index, look, state, among: computation.layerThumbnails), on: &canvas, column: rect.column,
      row: rect.row)
  }
}
