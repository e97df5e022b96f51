import Activations
import Canvas
import Explorer
import Insights
import Support
import UserInput

/// The cosine similarity of all tokens in one hidden state, and beside it what each layer makes of the chosen token.
struct WordsView {
  let state: State
  let appearance: Appearance
  let area: Rect
  private let layout: WordsLayout

  init(state: State, appearance: Appearance, area: Rect) {
    self.state = state
    self.appearance = appearance
    self.area = area
    layout = WordsLayout(state: state, area: area)
  }

  func draw(on canvas: inout Canvas) {
    guard let input = state.encoding?.input else { return }
    let names = input.names.map { TokenText.plain($0, glyphs: appearance.glyphs) }
    let painter = HeatPainter(appearance: appearance, difference: 1)
    if let area = layout.map { drawMap(names, painter, in: area, on: &canvas) }
    drawHistory(names, painter, on: &canvas)
  }

  // MARK: All tokens

  static func mapLayout(_ names: [String], in area: Rect, appearance: Appearance) -> MapLayout {
    MapLayout(
      count: 1, area: area, extent: MatrixExtent(names.count),
      widest: names.map { displayWidth(of: $0, glyphs: appearance.glyphs) }.max() ?? 1, appearance: appearance)
  }

  private func drawMap(_ names: [String], _ painter: HeatPainter, in area: Rect, on canvas: inout Canvas) {
    canvas.draw(
      Words.fitting(
        [
          "Similarity of all tokens in \(state.name(ofHiddenState: state.hiddenState))",
          "Similarity in hidden state \(state.hiddenState)", "Similarity",
        ], in: area.columns, glyphs: appearance.glyphs), column: area.column, row: area.row,
      style: Style(attributes: .bold), glyphs: appearance.glyphs)
    guard let map = state.similarityMap else {
      for (line, words) in Words.wrapped(state.noSimilarities ?? "", to: area.columns, glyphs: appearance.glyphs)
        .prefix(max(area.rows - 1, 0)).enumerated()
      {
        canvas.draw(words, column: area.column, row: area.row + 1 + line, glyphs: appearance.glyphs)
      }
      return
    }
    let layout = WordsView.mapLayout(names, in: area, appearance: appearance)
    let drawing = MapDrawing(appearance: appearance, layout: layout, marked: (state.query, state.query))
    guard let matrix = layout.matrices.first else { return }
    drawing.drawKeys(names, above: matrix, on: &canvas)
    drawing.draw(map.cosines, painter, in: matrix, on: &canvas)
    drawing.drawQueries(names, on: &canvas)
    if let list = layout.list { drawNearest(map, names, painter, in: list, on: &canvas) }
  }

  /// The tokens whose vectors are most similar to the chosen one's.
  private func drawNearest(
    _ map: SimilarityMap, _ names: [String], _ painter: HeatPainter, in list: Rect, on canvas: inout Canvas
  ) {
    let query = state.query
    guard list.rows > 1, let input = state.encoding?.input, names.indices.contains(query) else { return }
    let cosines = map.cosines.row(query)
    let labels = TokenLabels(
      names, isPad: input.attentionMask.map { !$0 }, countFrom: state.countFrom, glyphs: appearance.glyphs)
    canvas.draw(
      Words.cut(
        "Nearest to \(labels[query])" + (input.realCount < input.count ? ", PAD left out" : ""), to: list.columns,
        glyphs: appearance.glyphs), column: list.column,
      row: list.row, style: Style(attributes: .bold), glyphs: appearance.glyphs)
    // Swift's sort is stable.
    let others = input.realPositions.filter { $0 != query }.sorted { cosines[$0].isLarger(than: cosines[$1]) }
    let columns = max(list.columns / 24, 1)
    let width = min(list.columns / columns, 30)
    let rows = list.rows - 1
    for (index, position) in others.prefix(rows * columns).enumerated() {
      let (column, row) = (list.column + index / rows * width, list.row + 1 + index % rows)
      let cosine = cosines[position]
      let number = Words.signed(Double(cosine), 3)
      canvas.draw(
        labels.cut(position, to: max(width - 10, 1), glyphs: appearance.glyphs), column: column, row: row,
        glyphs: appearance.glyphs)
      canvas.draw(
        number, column: column + width - 3 - number.count, row: row,
        style: appearance.hasHeatColors ? painter.style(cosine) : .plain)
    }
  }

  // MARK: One token

  private func drawHistory(_ names: [String], _ painter: HeatPainter, on canvas: inout Canvas) {
    let area = layout.history
    guard area.rows > 2, names.indices.contains(state.query) else { return }
    let glyphs = appearance.glyphs
    canvas.draw(
      Words.cut(
        "\(names[state.query]) (\(state.query + state.countFrom)), layer by layer", to: area.columns, glyphs: glyphs),
      column: area.column, row: area.row, style: Style(attributes: .bold), glyphs: glyphs)
    guard let history = state.wordHistory else { return }
    let columns = HistoryColumns(area: area, hasSameWord: state.texts.count > 1)
    canvas.draw("state", column: columns.state, row: area.row + 1, style: Style(attributes: .dim), width: area.columns)
    drawTitle("length", at: columns.norm, on: &canvas)
    drawTitle("change", at: columns.change, on: &canvas)
    if let nearest = columns.nearest {
      canvas.draw("nearest", column: nearest, row: area.row + 1, style: Style(attributes: .dim))
    }
    if let same = columns.same { drawTitle(sameTitle, at: same, on: &canvas) }
    for (line, index) in layout.states.enumerated() where history.norms.indices.contains(index) {
      draw(index, history, names, columns, painter, row: area.row + 2 + line, on: &canvas)
    }
  }

  /// The columns of the history, by where they end.
  private struct HistoryColumns {
    let state: Int
    let norm: Int
    let change: Int
    let nearest: Int?
    let nearestColumns: Int
    let same: Int?

    init(area: Rect, hasSameWord: Bool) {
      state = area.column
      norm = area.column + 13
      change = norm + 8
      same = hasSameWord && area.columns >= 32 ? area.endColumn - 1 : nil
      let start = change + 2
      let end = same.map { $0 - 9 } ?? area.endColumn
      nearest = end - start >= 10 ? start : nil
      nearestColumns = max(end - start, 0)
    }
  }

  private var sameTitle: String {
    guard let other = state.otherSentence else { return "same" }
    return "in \(other + state.countFrom)"
  }

  private func drawTitle(_ text: String, at end: Int, on canvas: inout Canvas) {
    canvas.draw(text, column: end - text.count, row: layout.history.row + 1, style: Style(attributes: .dim))
  }

  private func draw(
    _ index: Int, _ history: WordHistory, _ names: [String], _ columns: HistoryColumns, _ painter: HeatPainter,
    row: Int, on canvas: inout Canvas
  ) {
    let isMarked = index == state.hiddenState
    canvas.draw(
      (isMarked ? Signs(appearance).marker : " ") + "\(index)", column: columns.state, row: row,
      style: Style(attributes: isMarked ? [.bold, .reverse] : []), glyphs: appearance.glyphs)
    func number(_ text: String, at end: Int, style: Style = .plain) {
      canvas.draw(text, column: end - text.count, row: row, style: style, glyphs: appearance.glyphs)
    }
    number(Words.number(history.norms[index], width: 7), at: columns.norm)
    // The input of layer 0 was changed by no layer.
    number(index > 0 ? Words.number(history.changes[index - 1], width: 7) : Signs(appearance).dot, at: columns.change)
    if let start = columns.nearest, history.nearest.indices.contains(index) {
      let nearest = history.nearest[index]
      let cosine = Words.signed(nearest.cosine, 2)
      let used = canvas.draw(
        Words.cut(names[nearest.position], to: columns.nearestColumns - 7, glyphs: appearance.glyphs), column: start,
        row: row, glyphs: appearance.glyphs)
      canvas.draw(
        cosine, column: start + used + 1, row: row,
        style: appearance.hasHeatColors ? painter.style(Float(nearest.cosine)) : .plain)
    }
    guard let end = columns.same else { return }
    guard let same = state.sameWord, same.similarities.indices.contains(index) else {
      return number(Signs(appearance).dot, at: end, style: Style(attributes: .dim))
    }
    let cosine = same.similarities[index]
    number(
      Words.signed(cosine, 3), at: end, style: appearance.hasHeatColors ? painter.style(Float(cosine)) : .plain)
  }
}
