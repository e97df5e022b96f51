import Activations
import Canvas
import Explorer
import Support
import UserInput

/// The running text of what is attended to, with the marked query's attention over its words.
///
/// Where there are colours, they are behind the words; elsewhere more attention is underlined, bold, or both. The marked query is in
/// reverse, the marked key in brackets where there is room between words.
struct DocumentView {
  private let state: State
  private let appearance: Appearance
  private let area: Rect
  private let computation: Computation
  private let head: HeadPicture
  private let lines: DocumentLines
  private let shade: DocumentShade

  /// Nil where nothing has been computed.
  init?(state: State, appearance: Appearance, area: Rect) {
    guard let computation = state.computation, let head = HeadPicture(state: state, computation: computation),
      area.columns > 2, let lines = state.document(width: area.columns - 2, appearance.glyphs)
    else { return nil }
    (self.state, self.appearance, self.area) = (state, appearance, area)
    (self.computation, self.head) = (computation, head)
    self.lines = lines
    shade = DocumentShade(head, together: lines.together, colors: state.colors, appearance)
  }

  private var headingRows: Int { area.rows >= 8 ? 2 : 1 }
  /// The words, with a column on each side for brackets.
  private var text: Rect { area.inset(left: 1, top: headingRows, right: 1) }
  private var query: Int? { head.encoding.isCross ? nil : head.query }
  private var shown: Range<Int> { lines.window(rows: text.rows, key: head.key, query: query) }

  /// The key whose word lies at a point.
  func key(at point: Point) -> Int? {
    guard text.contains(point) else { return nil }
    let (line, column) = (shown.lowerBound + point.row - text.row, point.column - text.column)
    guard shown.contains(line) else { return nil }
    return lines.lines[line].first { ($0.column..<$0.column + $0.width).contains(column) }?.positions.first
  }

  func draw(on canvas: inout Canvas) {
    drawHeading(on: &canvas)
    for (row, line) in shown.enumerated() { draw(lines.lines[line], row: text.row + row, on: &canvas) }
  }

  // MARK: Words

  private func draw(_ line: [DocumentLines.Run], row: Int, on canvas: inout Canvas) {
    for run in line {
      canvas.draw(
        run.text, column: text.column + run.column, row: row, style: style(run), width: run.width,
        glyphs: appearance.glyphs)
    }
    // Signs stand where nothing else does.
    func isFree(_ column: Int) -> Bool { !line.contains { ($0.column..<$0.column + $0.width).contains(column) } }
    let bold = Style(attributes: .bold)
    func mark(_ sign: String, _ column: Int) {
      guard isFree(column) else { return }
      canvas.draw(sign, column: text.column + column, row: row, style: bold, glyphs: appearance.glyphs)
    }
    if let query, isFirst(row, of: query), let run = line.first(where: { $0.positions.contains(query) }) {
      mark(Signs(appearance).marker, run.column - 1)
    }
    // A sentence may begin and end in other lines.
    if let run = line.first(where: { $0.positions.contains(head.key) }) {
      if isFirst(row, of: head.key) { mark("[", run.column - 1) }
      if run.ends.contains(head.key) { mark("]", run.column + run.width) }
    }
  }

  /// Whether what is shown of a token, or a sentence, begins in a row.
  private func isFirst(_ row: Int, of position: Int) -> Bool {
    lines.line(of: position) == shown.lowerBound + row - text.row
  }

  private func style(_ run: DocumentLines.Run) -> Style {
    guard !run.positions.isEmpty else { return Style(attributes: .dim) }
    let isQuery = query.map(run.positions.contains) ?? false
    let isKey = run.positions.contains(head.key)
    var style = shade.style(run.positions)
    if appearance.hasHeatColors {
      if isQuery { style = Style(attributes: [.bold, .reverse]) }
      if isKey { style.attributes.formUnion([.bold, .underline]) }
    } else if isQuery || isKey {
      style.attributes.insert(.reverse)
    }
    return style
  }

  // MARK: What it is

  private func drawHeading(on canvas: inout Canvas) {
    let glyphs = appearance.glyphs
    let queries = computation.names(glyphs, countFrom: head.countFrom, areQueries: true).labels
    let verb = " " + head.verb
    let legend = DocumentLegend(shade: shade, head: head, appearance: appearance)
    let hasRowOfItsOwn = headingRows > 1
    let room = area.columns - 1 - (hasRowOfItsOwn ? 0 : legend.columns + 1)
    let isTight = room < verb.count + 4
    let heading = queries.cut(head.query, to: max((isTight ? area.columns - 1 : room) - verb.count, 4), glyphs: glyphs)
    let used = canvas.draw(
      heading + verb, column: area.column + 1, row: area.row, style: Style(attributes: .bold), width: area.columns - 1,
      glyphs: glyphs)
    guard hasRowOfItsOwn else {
      if !isTight { legend.draw(column: area.column + 1 + used + 1, row: area.row, on: &canvas) }
      return
    }
    guard legend.columns < area.columns else { return }
    legend.draw(column: area.column + 1, row: area.row + 1, on: &canvas)
    let place = Words.fitting(
      places + [""], in: max(area.columns - 2 - legend.columns - 1, 0), glyphs: glyphs)
    canvas.draw(
      place, column: text.endColumn - displayWidth(of: place, glyphs: glyphs), row: area.row + 1,
      style: Style(attributes: .dim), glyphs: glyphs)
  }

  /// Which lines are shown, where not all are, and on which side of them the marked query is.
  private var places: [String] {
    let shown = shown
    guard shown.count < lines.lines.count else { return [] }
    let signs = Signs(appearance)
    let numbers = "\(shown.lowerBound + 1)-\(shown.upperBound)"
    let short = "\(numbers)/\(lines.lines.count)"
    let long = "lines \(numbers) of \(lines.lines.count)"
    guard let line = query.flatMap(lines.line), !shown.contains(line) else { return [long, short] }
    let side = "query " + (line < shown.lowerBound ? signs.up : signs.down)
    return [side + signs.separator + long, side + "  " + short, side, short]
  }
}
