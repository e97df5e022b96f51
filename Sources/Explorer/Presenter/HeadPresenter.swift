import Activations
import Canvas

/// One head for a class: large cells, a spotlight, and beside them the marked pair in large letters and digits.
struct HeadPresenter {
  let state: State
  let appearance: Appearance
  let presentation: Presentation
  let area: Rect

  /// Room for a number in huge digits, and on a wide screen for longer words.
  private static func panelColumns(of area: Rect) -> Int { area.columns < 96 ? 28 : 38 }

  /// Where the matrix is; the rest is for the words and numbers beside it.
  static func matrixArea(of area: Rect) -> Rect {
    area.columns >= 76 ? area.inset(right: panelColumns(of: area) + 2) : area
  }

  private var panel: Rect? {
    guard area.columns >= 76 else { return nil }
    return area.inset(left: area.columns - HeadPresenter.panelColumns(of: area))
  }

  func draw(on canvas: inout Canvas) {
    let view = HeadView(state: state, appearance: appearance, area: HeadPresenter.matrixArea(of: area), hasBars: false)
    view.draw(on: &canvas)
    drawSpotlight(view.layout, on: &canvas)
    guard let computation = state.computation, let head = HeadPicture(state: state, computation: computation),
      let panel
    else { return }
    let painter = HeatPainter(
      appearance: appearance, colors: state.colors, top: state.top(of: state.head, in: computation))
    drawPair(head, in: panel, on: &canvas)
    drawRow(head, painter, in: panel.inset(top: HeadPresenter.pairRows), on: &canvas)
  }

  // MARK: The spotlight

  /// Lets everything but the marked query, or key, step back.
  private func drawSpotlight(_ layout: HeadLayout, on canvas: inout Canvas) {
    guard presentation.spotlight != .none, appearance.hasHeatColors else { return }
    switch layout.cell {
    case .number, .block: break
    // Several queries share a row there.
    case .dot, .pooled: return
    }
    for query in layout.queries where presentation.spotlight != .query || query != state.query {
      for key in layout.keys where presentation.spotlight != .key || key != state.key {
        let rect = Rect(
          column: layout.matrix.column + (key - layout.keys.lowerBound) * layout.cellColumns,
          row: layout.matrix.row + (query - layout.queries.lowerBound) * layout.cellRows, columns: layout.cellColumns,
          rows: layout.cellRows)
        canvas.restyle(rect) { style in
          style.background = style.background.mixed(with: presentation.theme.background, share: 0.7)
          style.foreground = style.background.contrasting
        }
      }
    }
  }

  // MARK: The marked pair

  private static let pairRows = 13

  /// Who asks, who is asked, and how much of its attention the one gives to the other.
  private func drawPair(_ head: HeadPicture, in panel: Rect, on canvas: inout Canvas) {
    let glyphs = appearance.glyphs
    func word(_ position: Int, row: Int) {
      BigText.draw(
        TokenText.plain(head.tokens[position], glyphs: glyphs), on: &canvas, column: panel.column, row: row,
        width: panel.columns, style: Style(), glyphs: glyphs)
    }
    word(head.query, row: panel.row)
    canvas.draw("attends to", column: panel.column, row: panel.row + 3, style: Style(attributes: .bold))
    word(head.key, row: panel.row + 4)
    let text = head.probability(head.query, head.key).map { Words.fixed(Double($0), 2) }
    let row = panel.row + 7
    guard let text else {
      BigText.draw(
        "blocked", on: &canvas, column: panel.column, row: row + 1, width: panel.columns, style: Style(), glyphs: glyphs
      )
      return
    }
    if let big = BigText(text), big.hugeColumns <= panel.columns, panel.rows >= HeadPresenter.pairRows {
      big.drawHuge(on: &canvas, column: panel.column, row: row, style: Style(), glyphs: glyphs)
    } else {
      BigText.draw(
        text, on: &canvas, column: panel.column, row: row, width: panel.columns, style: Style(), glyphs: glyphs)
    }
  }

  // MARK: The query's row

  /// The row as bars, on the way from scores to probabilities.
  private func drawRow(_ head: HeadPicture, _ painter: HeatPainter, in area: Rect, on canvas: inout Canvas) {
    guard area.rows >= 4 else { return }
    let glyphs = appearance.glyphs
    let keys = head.probabilities.row(head.query)
    let scores = (0..<keys.count).map { key in
      head.mask[head.query, key]
        ? head.layer.scaledScore(head: head.index.head, query: head.query, key: key) : -Float.infinity
    }
    let row = RowTransition(scores: scores, probabilities: keys, progress: presentation.progress)
    let isAtRest = presentation.progress >= 1
    canvas.draw(
      isAtRest ? "the whole row" : row.stage.words, column: area.column, row: area.row,
      style: Style(attributes: .bold), width: area.columns, glyphs: glyphs)
    let labels = 10
    let parts = Signs(appearance).parts
    for (line, key) in shownKeys(keys.count, room: area.rows - 1, around: head.key).enumerated() {
      let place = area.row + 1 + line
      let isMarked = key == head.key
      canvas.draw(
        Words.cut(TokenText.plain(head.tokens[key], glyphs: glyphs), to: labels - 1, glyphs: glyphs),
        column: area.column, row: place, style: Style(attributes: isMarked ? [.bold, .reverse] : []), glyphs: glyphs)
      let steps = parts.count - 1
      let columns = area.columns - labels - 5
      let filled = Int((row.lengths[key] * Double(columns * steps)).rounded())
      let color = painter.appearance.hasHeatColors ? painter.color(keys[key]) : Color.standard
      for column in 0..<columns {
        let part = min(max(filled - column * steps, 0), steps)
        guard part > 0 else { break }
        canvas[area.column + labels + column, place] = Cell(base: parts[part], style: Style(foreground: color))
      }
      guard isAtRest, head.mask[head.query, key] else { continue }
      canvas.draw(
        Words.fixed(Double(keys[key]), 2), column: area.endColumn - 4, row: place,
        style: Style(attributes: isMarked ? .bold : []))
    }
  }

  private func shownKeys(_ count: Int, room: Int, around key: Int) -> Range<Int> {
    guard count > room else { return 0..<count }
    let start = min(max(key - room / 2, 0), count - room)
    return start..<(start + room)
  }
}
