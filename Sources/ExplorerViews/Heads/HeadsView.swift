import Activations
import Canvas
import Explorer
import Insights
import UserInput

/// All heads as lines of numbers, sorted and filtered. Colours say again what the numbers say.
struct HeadsView {
  let state: State
  let appearance: Appearance
  let area: Rect
  private let all: [HeadRow]
  private let rows: [HeadRow]
  private let layout: HeadsLayout
  private let marked: HeadIndex

  init(state: State, appearance: Appearance, area: Rect) {
    self.state = state
    self.appearance = appearance
    self.area = area
    all = state.headRows
    rows = state.sorted(all)
    let marked = state.markedHead
    self.marked = marked
    layout = HeadsLayout(
      state: state, area: area, count: rows.count, marked: rows.firstIndex { $0.index == marked })
  }

  func draw(on canvas: inout Canvas) {
    guard !all.isEmpty else {
      canvas.draw(
        state.failure == nil ? "looking at all heads" + Signs(appearance).ellipsis : "", column: area.column,
        row: area.row, style: Style(attributes: .dim), glyphs: appearance.glyphs)
      return
    }
    drawSummary(on: &canvas)
    for field in layout.fields { drawTitle(field, on: &canvas) }
    let tops = Dictionary(uniqueKeysWithValues: layout.fields.map { ($0.column, state.top(of: $0.column, in: all)) })
    for (line, row) in rows[layout.visible].enumerated() {
      for field in layout.fields {
        draw(row, field, top: tops[field.column] ?? 1, at: layout.body.row + line, on: &canvas)
      }
    }
  }

  private func drawSummary(on canvas: inout Canvas) {
    guard let row = layout.summary, !all.isEmpty else { return }
    let signs = Signs(appearance)
    if let problem = state.filterProblem {
      canvas.draw(
        Words.cut(problem, to: area.columns, glyphs: appearance.glyphs), column: area.column, row: row,
        style: Style(attributes: .bold), glyphs: appearance.glyphs)
      return
    }
    let filter = TokenText.plain(state.headFilter, glyphs: appearance.glyphs)
    let shown = filter.isEmpty ? "\(all.count) heads" : "\(rows.count) of \(all.count) heads with \"\(filter)\""
    let order = state.heads.column == .place ? "" : (state.heads.isDescending ? ", largest first" : ", smallest first")
    let pair = PairWords(state, appearance).pair(among: rows)
    let sorted = "sorted by \(state.heads.column.longTitle(state))\(order)"
    let ceilings = all.map(\.statistics.entropyCeiling)
    let (least, largest) = (Words.fixed(ceilings.min() ?? 0, 2), Words.fixed(ceilings.max() ?? 0, 2))
    let most =
      all.haveOneCeiling
      ? "entropy at most ln n = \(largest) nats" : "entropy at most ln n, by layer \(least) to \(largest) nats"
    let place = rows.firstIndex { $0.index == marked }.map { "line \($0 + 1)" } ?? "none is like that; Esc shows all"
    canvas.draw(
      Words.fitting(
        [
          [shown, place, sorted, pair, most].joined(separator: signs.separator),
          [shown, sorted, pair, most].joined(separator: signs.separator),
          [shown, sorted, pair].joined(separator: signs.separator), [shown, pair].joined(separator: signs.separator),
          [shown, place, sorted, most].joined(separator: signs.separator),
          [shown, sorted, most].joined(separator: signs.separator), [shown, sorted].joined(separator: signs.separator),
          shown,
        ], in: area.columns, glyphs: appearance.glyphs), column: area.column, row: row, glyphs: appearance.glyphs)
  }

  private func drawTitle(_ field: HeadsLayout.Field, on canvas: inout Canvas) {
    let isSorted = field.column == state.heads.column
    let title = layout.hasLongTitles ? field.column.longTitle(state) : field.column.shortTitle
    let sign = isSorted ? (state.heads.isDescending ? Signs(appearance).descending : Signs(appearance).ascending) : " "
    let text = Words.cut(title, to: field.columns - 1, glyphs: appearance.glyphs)
    let style = Style(attributes: isSorted ? [.bold, .reverse] : .dim)
    let isNumber = field.column.isNumber
    let width = displayWidth(of: text, glyphs: appearance.glyphs)
    let start = isNumber ? field.end - 1 - width : field.start + (field.column == .place ? 1 : 0)
    canvas.draw(
      text + sign, column: start, row: layout.header, style: style, width: field.end - start, glyphs: appearance.glyphs)
  }

  private func draw(_ row: HeadRow, _ field: HeadsLayout.Field, top: Float, at line: Int, on canvas: inout Canvas) {
    let isMarked = row.index == marked
    let name = Style(attributes: isMarked ? [.bold, .reverse] : [])
    switch field.column {
    case .place:
      let place = state.shortName(of: row.index)
      canvas.draw(
        (isMarked ? Signs(appearance).marker : " ") + place, column: field.start, row: line, style: name,
        width: field.columns - 1, glyphs: appearance.glyphs)
    case .pattern:
      canvas.draw(
        Words.cut(row.pattern.name, to: field.columns - 1, glyphs: appearance.glyphs), column: field.start, row: line,
        style: name, glyphs: appearance.glyphs)
    default:
      guard let number = row[field.column] else {
        canvas.draw(Signs(appearance).dot, column: field.end - 2, row: line, style: Style(attributes: .dim))
        return
      }
      let painter = HeatPainter(appearance: appearance, colors: state.colors, top: top)
      let text = field.column.words(number, width: field.columns - 1)
      var style = appearance.hasHeatColors ? painter.style(field.column.shade(number)) : .plain
      if isMarked { style.attributes.insert(.bold) }
      canvas.fill(
        Rect(column: field.start, row: line, columns: field.columns, rows: 1),
        with: Cell(base: " ", style: appearance.hasHeatColors ? style : .plain))
      canvas.draw(text, column: field.end - 1 - text.count, row: line, style: style, width: field.columns)
    }
  }
}

extension HeadColumn {
  /// A number of the column in the room that there is.
  func words(_ number: Double, width: Int) -> String {
    if isWhole, let whole = Int(saturating: number) { return "\(whole)" }
    return isOfAttribution ? Words.number(number, orSmaller: width) : Words.number(number, width: width)
  }

  /// What its colour is made from: of ranks, the first is brightest.
  func shade(_ number: Double) -> Float { Float(self == .rank && number > 0 ? 1 / number : number) }

  /// With the model's own name of the first token and of its separator.
  func longTitle(_ state: State) -> String {
    guard title == "[CLS]" || title == "[SEP]" else { return title }
    guard let input = state.encoding?.input else { return shortTitle }
    let roles = TokenRoles(input)
    let position = title == "[CLS]" ? roles.first : roles.isSeparator.firstIndex(of: true)
    return position.map { Words.cut(TokenText.plain(input.names[$0], glyphs: .ascii), to: 10, glyphs: .ascii) }
      ?? shortTitle
  }
}
