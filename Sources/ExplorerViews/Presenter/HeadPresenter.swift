import Activations
import Canvas
import Explorer
import Support
import UserInput

/// One head for a class: large cells, a spotlight, and beside them the marked pair in large letters and digits.
struct HeadPresenter {
  let state: State
  let appearance: Appearance
  let presentation: Presentation
  let area: Rect

  private static func words(_ state: State, _ glyphs: GlyphSet) -> [String] {
    state.computation?.names(glyphs).names ?? []
  }

  /// Where the matrix is; the rest is for the words and numbers beside it.
  static func matrixArea(of area: Rect, _ state: State, _ glyphs: GlyphSet) -> Rect {
    PairStatement.split(area, words: words(state, glyphs)).picture
  }

  private var statement: Rect? {
    PairStatement.split(area, words: Self.words(state, appearance.glyphs)).statement
  }

  func draw(on canvas: inout Canvas) {
    if drawLarge(on: &canvas) { return }
    if state.exploration.lines.isShown { return drawLines(on: &canvas) }
    let view = HeadView(
      state: state, appearance: appearance, area: HeadPresenter.matrixArea(of: area, state, appearance.glyphs),
      hasBars: false)
    view.draw(on: &canvas)
    drawSpotlight(view.layout, on: &canvas)
    guard let computation = state.computation, let head = HeadPicture(state: state, computation: computation) else {
      return
    }
    enlargeNumbers(of: head, view.layout, on: &canvas)
    guard let statement else { return }
    drawPair(head, in: statement, on: &canvas)
    drawRow(of: head, in: statement.inset(top: PairStatement.rows), on: &canvas)
  }

  /// The head, where its cells are drawn as large as they go; nil where the view itself shows more.
  private var largeHead: HeadPicture? {
    let picture = HeadPresenter.matrixArea(of: area, state, appearance.glyphs)
    let layout = HeadLayout(state: state, appearance: appearance, area: picture, hasBars: false)
    switch layout.cell {
    case .number, .block: break
    case .dot, .pooled: return nil
    }
    guard state.zoom == .fit || state.zoom == .words, !state.exploration.lines.isShown, appearance.hasHeatColors,
      state.exploration.interventions.hidden.isEmpty,
      state.exploration.interventions.filter == nil, let computation = state.computation
    else { return nil }
    return HeadPicture(state: state, computation: computation)
  }

  var isLarge: Bool { largeHead != nil }

  /// Cells as large as they go, with numbers where those are large. Returns false where the view itself shows more.
  private func drawLarge(on canvas: inout Canvas) -> Bool {
    guard let computation = state.computation, let head = largeHead else { return false }
    let picture = HeadPresenter.matrixArea(of: area, state, appearance.glyphs)
    let matrix = PresenterMatrix(
      painter: HeatPainter(
        appearance: appearance, colors: state.colors, top: state.top(of: state.head, in: computation)),
      names: Self.words(state, appearance.glyphs), rowNames: state.queryNames(appearance.glyphs),
      value: { head.shown($0, $1) },
      text: { LargeNumber.share(head.shown($0, $1)) }, markedRow: head.query, markedColumn: head.key,
      spotlight: presentation.spotlight)
    guard matrix.draw(in: picture, on: &canvas) else { return false }
    if let statement {
      drawPair(head, in: statement, on: &canvas)
      drawRow(of: head, in: statement.inset(top: PairStatement.rows), on: &canvas)
    }
    return true
  }

  private func drawLines(on canvas: inout Canvas) {
    LinesView(
      state: state, appearance: appearance, area: HeadPresenter.matrixArea(of: area, state, appearance.glyphs),
      hasBars: false
    ).draw(on: &canvas)
    guard let statement, let computation = state.computation,
      let head = HeadPicture(state: state, computation: computation)
    else { return }
    drawPair(head, in: statement, on: &canvas)
    drawRow(of: head, in: statement.inset(top: PairStatement.rows), on: &canvas)
  }

  // MARK: The spotlight

  /// Fades everything but the marked query, or key.
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

  /// What is written in cells is large, or it is left out: colours can be seen from the last row, small digits cannot.
  private func enlargeNumbers(of head: HeadPicture, _ layout: HeadLayout, on canvas: inout Canvas) {
    guard case .number = layout.cell, appearance.hasHeatColors, appearance.glyphs == .unicode else { return }
    for query in layout.queries {
      for key in layout.keys {
        guard let probability = head.shown(query, key), !head.filter.hides(query: query, key: key) else { continue }
        let rect = Rect(
          column: layout.matrix.column + (key - layout.keys.lowerBound) * layout.cellColumns,
          row: layout.matrix.row + (query - layout.queries.lowerBound) * layout.cellRows, columns: layout.cellColumns,
          rows: layout.cellRows)
        let style = canvas[rect.column, rect.row].style
        canvas.fill(rect, with: Cell(base: " ", style: Style(background: style.background)))
        let isLit =
          switch presentation.spotlight {
          case .query: query == state.query
          case .key: key == state.key
          case .none: true
          }
        LargeNumber(isLit ? LargeNumber.share(probability) : "").draw(
          in: rect, on: style.background, isMarked: query == state.query && key == state.key,
          glyphs: appearance.glyphs, canvas: &canvas)
      }
    }
  }

  /// The marked query's row below the pair: as bars, or over the words of the text.
  private func drawRow(of head: HeadPicture, in area: Rect, on canvas: inout Canvas) {
    if let documentArea {
      DocumentView(state: state, appearance: appearance, area: documentArea)?.draw(on: &canvas)
      return
    }
    RowBars(
      head: head, appearance: appearance, progress: presentation.progress,
      name: head.quantity == .probability ? "" : " of p"
    ).draw(in: area, on: &canvas)
  }

  /// Where the running text would be; nil where there is no room for it.
  static func roomForText(in area: Rect, _ state: State, _ glyphs: GlyphSet) -> Rect? {
    PairStatement.split(area, words: words(state, glyphs)).statement
      .map { $0.inset(top: PairStatement.rows) }.flatMap { $0.rows >= 4 && $0.columns >= 24 ? $0 : nil }
  }

  /// Where the running text is; nil where it is not shown.
  var documentArea: Rect? {
    state.exploration.document.isShown ? Self.roomForText(in: area, state, appearance.glyphs) : nil
  }

  /// The query, the key, and the probability.
  private func drawPair(_ head: HeadPicture, in statement: Rect, on canvas: inout Canvas) {
    let names = [head.queryTokens[head.query], head.tokens[head.key]].map {
      TokenText.plain($0, glyphs: appearance.glyphs)
    }
    let number = head.shown(head.query, head.key).map {
      head.unit > 1 || head.quantity == .attribution ? Words.small(Double($0 / head.unit)) : Words.fixed(Double($0), 2)
    }
    PairStatement(
      word: names[0], verb: head.verb, other: names[1], number: number ?? "blocked", glyphs: appearance.glyphs
    ).draw(in: statement, on: &canvas)
  }
}
