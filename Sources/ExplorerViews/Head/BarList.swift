import Activations
import Canvas
import Explorer
import Insights
import Support
import UserInput

/// What the chosen query attends to: a bar and a number for every key; the largest first when there are too many. The longest
/// bar is the largest number of the row.
struct BarList {
  let head: HeadPicture
  let painter: HeatPainter
  let area: Rect
  /// Room for a short bar and its number.
  private static let leastBesideLabel = 12

  func draw(on canvas: inout Canvas) {
    let glyphs = painter.appearance.glyphs
    let labels = head.computation.names(glyphs, countFrom: head.countFrom).labels
    let room = area.rows - 1
    let row = head.shown.row(head.query)
    let isSorted = row.count > room
    let queries = head.computation.names(glyphs, countFrom: head.countFrom, areQueries: true).labels
    let heading = queries.cut(head.query, to: max(area.columns - (isSorted ? 16 : 12), 4), glyphs: glyphs)
    canvas.draw(
      "\(heading) \(head.verb)" + (isSorted ? " most" : ""), column: area.column, row: area.row,
      style: Style(attributes: .bold), width: area.columns, glyphs: glyphs)
    let listed = keys(row)
    // Names are cut only where nothing would be left for the bars.
    let widest = listed.map { displayWidth(of: labels[$0], glyphs: glyphs) }.max() ?? 0
    let labelColumns = max(min(max(area.columns / 3, 4), 12), min(widest, area.columns - BarList.leastBesideLabel))
    let most = head.largestOfRow
    for (line, key) in listed.enumerated() {
      draw(key, row, most, labels, labelColumns, line: area.row + 1 + line, on: &canvas)
    }
  }

  /// The keys to list: all in order, or the largest, with the marked one always among them.
  private func keys(_ row: [Float]) -> [Int] {
    let room = area.rows - 1
    guard row.count > room else { return Array(row.indices) }
    guard room > 0 else { return [] }
    var keys = Array(row.indices.sorted { row[$0].isLarger(than: row[$1]) }.prefix(room))
    if !keys.contains(head.key) { keys[keys.count - 1] = head.key }
    return keys
  }

  /// The marked query, and the key whose bar lies at a point of a list of the marked head's.
  static func pair(
    at point: Point, in list: Rect?, _ state: State, _ appearance: Appearance, of picture: HeadPicture? = nil
  ) -> (query: Int, key: Int)? {
    guard let list, let computation = state.computation,
      let head = picture ?? HeadPicture(state: state, computation: computation)
    else { return nil }
    let painter = HeatPainter(appearance: appearance, colors: state.colors, top: 1)
    return BarList(head: head, painter: painter, area: list).key(at: point).map { (head.query, $0) }
  }

  /// The key whose bar lies at a point.
  func key(at point: Point) -> Int? {
    guard area.contains(point), point.row > area.row else { return nil }
    return keys(head.shown.row(head.query)).dropFirst(point.row - area.row - 1).first
  }

  private func draw(
    _ key: Int, _ row: [Float], _ most: Float, _ labels: TokenLabels, _ labelColumns: Int, line: Int,
    on canvas: inout Canvas
  ) {
    let glyphs = painter.appearance.glyphs
    let isMarked = key == head.key
    let label = labels.cut(key, to: labelColumns, glyphs: glyphs)
    let style = Style(attributes: isMarked ? [.bold, .reverse] : head.isPad(key) ? .dim : [])
    canvas.draw(label, column: area.column, row: line, style: style, width: labelColumns, glyphs: glyphs)
    if head.filter.hides(key: key) {
      canvas.draw(
        "hidden " + Words.fixed(Double(row[key]), 4), column: area.column + labelColumns + 1, row: line,
        style: Style(attributes: .dim), width: area.columns - labelColumns - 1)
      return
    }
    guard let probability = head.shown(head.query, key) else {
      canvas.draw(
        head.isEditedByHand(head.query, key) ? "blocked by hand" : "blocked", column: area.column + labelColumns + 1,
        row: line, style: Style(attributes: .dim),
        width: area.columns - labelColumns - 1)
      return
    }
    let barColumns = max(area.columns - labelColumns - 8, 1)
    drawBar(probability, most, column: area.column + labelColumns + 1, row: line, columns: barColumns, on: &canvas)
    canvas.draw(
      Words.fixed(Double(probability), 4), column: area.endColumn - 6, row: line,
      style: Style(attributes: isMarked ? .bold : []))
  }

  private func drawBar(
    _ probability: Float, _ most: Float, column: Int, row: Int, columns: Int, on canvas: inout Canvas
  ) {
    let parts = Signs(painter.appearance).parts
    let steps = parts.count - 1
    guard probability.isFinite, let share = (most > 0 ? probability / most : 0).share,
      let filled = Int(saturating: share * Float(columns * steps), rule: .toNearestOrAwayFromZero)
    else {
      canvas[column, row] = painter.cell(probability)
      return
    }
    let style = painter.appearance.hasHeatColors ? Style(foreground: painter.bar) : .plain
    for place in 0..<columns {
      let part = min(max(filled - place * steps, 0), steps)
      if part > 0 { canvas[column + place, row] = Cell(base: parts[part], style: style) }
    }
  }
}
