import Activations
import Canvas
import Explorer
import Insights
import UserInput

/// The matrix of scores by their names, its 0/1 grid, and what the modes of the mask mean.
struct MaskView {
  let state: State
  let steps: HeadSteps
  let area: Rect
  /// The positions that are shown.
  let shown: [Int]
  /// Of a long text, the runs of the mask.
  private let runs: MaskRuns?
  /// Then, how many of the shown positions lie before each position, and before the end.
  private let places: [Int]

  init(state: State, steps: HeadSteps, area: Rect) {
    self.state = state
    self.steps = steps
    self.area = area
    shown = state.positionsInMask
    runs = state.layerMasks?[steps.index.layer]
    guard runs != nil else {
      places = []
      return
    }
    var places = [Int](repeating: shown.count, count: steps.positions + 1)
    var next = 0
    for (place, position) in shown.enumerated() {
      while next <= position {
        places[next] = place
        next += 1
      }
    }
    self.places = places
  }

  private var signs: Signs { steps.signs }
  private var glyphs: GlyphSet { steps.appearance.glyphs }

  func draw(on canvas: inout Canvas) {
    guard area.rows > 0 else { return }
    guard runs != nil || !state.readsMaskByRuns else {
      canvas.draw(
        "looking at the mask" + signs.ellipsis, column: area.column, row: area.row, style: Style(attributes: .dim),
        width: area.columns, glyphs: glyphs)
      return
    }
    let arrangement = arrangement
    for part in arrangement.parts {
      let picture = picture(part)
      if part.hasTitle {
        canvas.draw(
          Words.fitting(title(part.kind), in: part.area.columns, glyphs: glyphs), column: part.area.column,
          row: part.area.row, style: Style(attributes: .bold), glyphs: glyphs)
      }
      picture.draw(in: part.area.inset(top: part.hasTitle ? 1 : 0), on: &canvas)
    }
    drawWords(in: arrangement.words, on: &canvas)
  }

  /// The pair under a point.
  func pair(at point: Point) -> (query: Int, key: Int)? {
    for part in arrangement.parts where part.area.contains(point) {
      let layout = MatrixLayout(picture(part), area: part.area.inset(top: part.hasTitle ? 1 : 0))
      guard let cell = layout.cell(at: point), shown.indices.contains(cell.row), shown.indices.contains(cell.column)
      else { return nil }
      return (shown[cell.row], shown[cell.column])
    }
    return nil
  }

  // MARK: Pictures

  private func title(_ kind: MaskPicture) -> [String] {
    let n = shown.count
    let shape = state.maskView.showsWordsOnly ? "(words only)" : "[query \(n), key \(n)]"
    let direction = "queries \(state.maskView.isBottomUp ? "upwards" : "downwards")"
    return switch kind {
    case .names: ["Scores S(query, key) \(shape), \(direction)", "Scores S(query, key) \(shape)", "S(query, key)"]
    default:
      [
        "Mask \(shape), \(direction): 1 lets through, 0 blocks", "Mask, \(direction): 1 lets through, 0 blocks",
        "Mask, \(direction): 1 yes, 0 no", "Mask: 1 yes, 0 no",
      ]
    }
  }

  private func picture(_ kind: MaskPicture) -> MatrixPicture {
    let (mask, shown, names) = (steps.layer.mask, shown, steps.names)
    let encoding = state.encoding
    func mark(_ row: Int, _ column: Int) -> String {
      encoding?.isEditedByHand(query: shown[row], key: shown[column]) == true ? "*" : ""
    }
    func digit(_ row: Int, _ column: Int) -> String {
      (mask[shown[row], shown[column]] ? "1" : "0") + mark(row, column)
    }
    let texts: [(Int, Int) -> String] =
      kind == .names
      ? [
        { "S(\(names[shown[$0]]), \(names[shown[$1]]))" + mark($0, $1) },
        { "\(names[shown[$0]]),\(names[shown[$1]])" + mark($0, $1) },
      ]
        + (steps.layer.hasVectors
          ? [
            {
              Words.fixed(
                Double(steps.layer.attentionScore(head: steps.index.head, query: shown[$0], key: shown[$1])), 1)
            }
          ] : []) : [digit]
    let (runs, places) = (runs, places)
    return MatrixPicture(
      rows: shown.count, columns: shown.count, value: { mask[shown[$0], shown[$1]] ? 1 : 0 },
      dots: runs.map { runs in { runs.shares(shown[$0], places: places, factor: $1) } },
      painter: MaskPainter(appearance: steps.appearance), pooling: .mean, rowName: { names[shown[$0]] },
      columnName: { names[shown[$0]] }, isDim: { !steps.input.attentionMask[shown[$0]] },
      markedRow: shown.firstIndex(of: steps.query), markedColumn: shown.firstIndex(of: steps.key), texts: texts,
      isBottomUp: state.maskView.isBottomUp,
      corner: "q\(state.maskView.isBottomUp ? signs.up : signs.down) k\(signs.arrow)")
  }

  // MARK: Arrangement

  private struct Part {
    var kind: MaskPicture
    var area: Rect
    var hasTitle: Bool
    /// The height of cells, so that two pictures beside each other stand in line.
    var cellRows: Int?
  }

  private func picture(_ part: Part) -> MatrixPicture {
    var picture = picture(part.kind)
    picture.cellRows = part.cellRows
    return picture
  }

  /// How much room a picture needs with its `text`th text in the cells, names and title included.
  private func needed(_ kind: MaskPicture, text: Int) -> Size {
    let widestName = shown.map { displayWidth(of: steps.names[$0], glyphs: glyphs) }.max() ?? 1
    let label = min(max(widestName, 3), 14) + 1
    let cell =
      kind == .grid ? 3 : text == 0 ? 2 * widestName + 5 : text == 1 ? 2 * widestName + 2 : 6
    return Size(columns: label + shown.count * cell, rows: shown.count + 2)
  }

  private var arrangement: (parts: [Part], words: Rect) {
    let hasTitle = area.rows >= 6
    let kinds: [MaskPicture] = state.maskView.picture == .both ? [.names, .grid] : [state.maskView.picture]
    if kinds.count == 2, shown.count <= 40 {
      let grid = needed(.grid, text: 0)
      for text in 0..<3 {
        let names = needed(.names, text: text)
        if names.columns + 3 + grid.columns <= area.columns, names.rows <= area.rows {
          return sideBySide(names: names, grid: grid)
        }
        if names.columns <= area.columns, names.rows + 1 + grid.rows <= area.rows, text < 2 {
          return stacked(names: names, grid: grid)
        }
      }
    }
    let kind = kinds.count == 2 ? .grid : kinds[0]
    // As high as it needs to be, but for words that tell what it is.
    let layout = MatrixLayout(picture(kind), area: area.inset(top: hasTitle ? 1 : 0))
    let natural = layout.matrix
    let rows = natural.endRow - area.row
    // Below a small picture stands what one of its cells is.
    let pooling = PoolingWords.wordings(layout.factor, glyphs, of: .mean).first.map {
      displayWidth(of: $0, glyphs: glyphs)
    }
    let end = max(natural.endColumn, natural.column + (pooling ?? 0))
    let words =
      area.endColumn - end >= 40
      ? Rect(column: end + 3, row: natural.row, columns: area.endColumn - end - 3, rows: area.endRow - natural.row)
      : area.inset(top: rows + 1)
    return ([Part(kind: kind, area: area, hasTitle: hasTitle)], words)
  }

  private func sideBySide(names: Size, grid: Size) -> (parts: [Part], words: Rect) {
    // What is left over is shared, so that cells are not smaller than they need be.
    let spare = area.columns - names.columns - 3 - grid.columns
    let left = Rect(column: area.column, row: area.row, columns: names.columns + spare / 2, rows: area.rows)
    let room = min(area.rows, max(names.rows, area.rows - 8))
    var parts = [
      Part(
        kind: .names, area: Rect(column: left.column, row: left.row, columns: left.columns, rows: room), hasTitle: true),
      Part(
        kind: .grid,
        area: Rect(column: left.endColumn + 3, row: area.row, columns: area.endColumn - left.endColumn - 3, rows: room),
        hasTitle: true),
    ]
    parts[1].cellRows = MatrixLayout(picture(parts[0]), area: parts[0].area.inset(top: 1)).cell.rows
    return (parts, wordsBelow(parts))
  }

  private func stacked(names: Size, grid: Size) -> (parts: [Part], words: Rect) {
    // Cells become higher where that leaves room for the words.
    let spare = area.rows - names.rows - 1 - grid.rows - 8
    let cellRows = min(max(spare, 0) / max(2 * shown.count, 1) + 1, 3)
    let more = shown.count * (cellRows - 1)
    let parts = [
      Part(
        kind: .names, area: Rect(column: area.column, row: area.row, columns: area.columns, rows: names.rows + more),
        hasTitle: true, cellRows: cellRows),
      Part(
        kind: .grid,
        area: Rect(
          column: area.column, row: area.row + names.rows + more + 1,
          columns: min(grid.columns + shown.count * 2 * cellRows, area.columns), rows: grid.rows + more),
        hasTitle: true, cellRows: cellRows),
    ]
    let gridEnd = MatrixLayout(picture(parts[1]), area: parts[1].area.inset(top: 1)).matrix.endColumn
    // Words stand beside the smaller picture where they are more than a few lines, or else below.
    if area.endColumn - gridEnd >= 36 {
      return (
        parts,
        Rect(
          column: gridEnd + 3, row: parts[1].area.row, columns: area.endColumn - gridEnd - 3,
          rows: area.endRow - parts[1].area.row)
      )
    }
    return (parts, wordsBelow(parts))
  }

  private func wordsBelow(_ parts: [Part]) -> Rect {
    let end = parts.map { MatrixLayout(picture($0), area: $0.area.inset(top: 1)).matrix.endRow }.max() ?? area.row
    return area.inset(top: end - area.row + 1)
  }

  // MARK: Words

  private func drawWords(in rect: Rect, on canvas: inout Canvas) {
    guard rect.rows > 0, rect.columns >= 16 else { return }
    let wording = MaskWording(steps: steps, state: state)
    let modes = MaskMode.allCases.map { mode in (mode, lines(mode, columns: rect.columns, short: false)) }
    let short = MaskMode.allCases.map { mode in (mode, lines(mode, columns: rect.columns, short: true)) }
    let chosen = [modes, short].first { $0.map(\.1.count).reduce(0, +) <= rect.rows }
    var row = rect.row
    for (mode, lines) in chosen ?? [
      (state.maskMode, lines(state.maskMode, columns: rect.columns, short: rect.rows < 2))
    ] {
      for line in lines where row < rect.endRow {
        canvas.draw(
          line, column: rect.column, row: row,
          style: Style(attributes: mode == state.maskMode ? .bold : .dim), width: rect.columns, glyphs: glyphs)
        row += 1
      }
    }
    for addition in wording.additions {
      for line in Words.wrapped(addition, to: rect.columns, glyphs: glyphs) where row < rect.endRow {
        canvas.draw(line, column: rect.column, row: row, glyphs: glyphs)
        row += 1
      }
    }
    guard let query = wording.blockedQuery, rect.endRow - row >= 6 else { return }
    row += 1
    for line in wording.blockedRow(query, keys: shown, columns: rect.columns) {
      canvas.draw(
        Words.cut(line, to: rect.columns, glyphs: glyphs), column: rect.column, row: row, glyphs: glyphs)
      row += 1
    }
  }

  /// A mode by its name, the present one marked, and what it means.
  private func lines(_ mode: MaskMode, columns: Int, short: Bool) -> [String] {
    let marker = mode == state.maskMode ? signs.marker : " "
    let name = mode.rawValue + String(repeating: " ", count: 7 - min(mode.rawValue.count, 6))
    let texts = MaskWording.mode(mode)
    let room = columns - name.count - 2
    guard room > 10 else { return ["\(marker) \(name)"] }
    let wrapped = Words.wrapped(texts[short ? texts.count - 1 : 0], to: room, glyphs: glyphs)
    return wrapped.enumerated().map { index, line in
      (index == 0 ? "\(marker) \(name)" : String(repeating: " ", count: name.count + 2)) + line
    }
  }
}
