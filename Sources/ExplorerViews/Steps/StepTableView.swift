import Canvas
import Explorer
import Support
import UserInput

/// Draws a table of a step, with as many of its columns and lines as fit.
struct StepTableView {
  let table: StepTable
  let appearance: Appearance
  let area: Rect
  /// The lines that are on the screen: all, or those that weigh most, with the marked one always among them.
  let shown: [Int]

  init(table: StepTable, appearance: Appearance, area: Rect) {
    (self.table, self.appearance, self.area) = (table, appearance, area)
    shown = StepTableView.shown(table, rows: StepTableView.room(table, in: area))
  }

  private var signs: Signs { Signs(appearance) }

  /// Where the columns lie.
  private struct Place {
    let index: Int
    let start: Int
    let columns: Int
  }

  private var labelColumns: Int {
    let part = shown.count < table.count ? [StepTableView.words(shown.count, of: table.count)] : []
    let names = (table.leads + table.feet).map(\.name) + shown.map(table.name) + part
    let widest = names.map { displayWidth(of: $0, glyphs: appearance.glyphs) }.max() ?? 1
    return min(max(widest, 3), 14, max(area.columns / 4, 1))
  }

  private var places: [Place] {
    let room = area.columns - labelColumns - 1
    var kept: [Int] = []
    var used = 0
    for index in table.columns.indices.sorted(by: { table.columns[$0].rank < table.columns[$1].rank }) {
      let least = table.columns[index].columns.least + 1
      guard used + least <= room || kept.isEmpty else { continue }
      kept.append(index)
      used += least
    }
    kept.sort()
    // What is left over goes to those that can use it, a column at a time.
    var widths = kept.map { min(table.columns[$0].columns.least, max(room, 1)) }
    var rest = max(room - used, 0)
    while rest > 0 {
      let growing = kept.indices.filter { widths[$0] < table.columns[kept[$0]].columns.most }
      guard !growing.isEmpty else { break }
      for index in growing.prefix(rest) {
        widths[index] += 1
        rest -= 1
      }
    }
    var start = area.column + labelColumns + 1
    return zip(kept, widths).map { index, width in
      defer { start += width + 1 }
      return Place(index: index, start: start, columns: width)
    }
  }

  private static func words(_ shown: Int, of all: Int) -> String { "\(shown) of \(all)" }

  private var hasHeadings: Bool { area.rows >= 4 }
  private var leads: [StepLine] { StepTableView.leads(table, in: area) }
  private var feet: [StepLine] { StepTableView.feet(table, in: area) }
  private var firstRow: Int { area.row + (hasHeadings ? 1 : 0) + leads.count }

  private static func leads(_ table: StepTable, in area: Rect) -> [StepLine] { area.rows >= 6 ? table.leads : [] }
  private static func feet(_ table: StepTable, in area: Rect) -> [StepLine] { area.rows >= 5 ? table.feet : [] }

  /// How many lines there is room for, beside headings and what stands first and last.
  private static func room(_ table: StepTable, in area: Rect) -> Int {
    max(area.rows - (area.rows >= 4 ? 1 : 0) - leads(table, in: area).count - feet(table, in: area).count, 0)
  }

  private static func shown(_ table: StepTable, rows room: Int) -> [Int] {
    guard table.count > room else { return Array(0..<table.count) }
    guard room > 0 else { return [] }
    var lines = largest(room, of: (0..<table.count).map(table.weight))
    if let marked = table.marked, marked < table.count, !lines.contains(marked) { lines[lines.count - 1] = marked }
    return lines.sorted()
  }

  /// The places of the largest of many weights, the largest first; of equal ones the first.
  private static func largest(_ count: Int, of weights: [Double]) -> [Int] {
    var places: [Int] = []
    for (place, weight) in weights.enumerated() {
      if places.count == count, let last = places.last, !weight.isLarger(than: weights[last]) { continue }
      if places.count == count { places.removeLast() }
      var (low, high) = (0, places.count)
      while low < high {
        let middle = (low + high) / 2
        if weight.isLarger(than: weights[places[middle]]) { high = middle } else { low = middle + 1 }
      }
      places.insert(place, at: low)
    }
    return places
  }

  /// How many rows of the screen it takes.
  var rows: Int { table.remark != nil ? 1 : firstRow - area.row + shown.count + feet.count }

  /// The line under a point.
  func line(at point: Point) -> Int? {
    let place = point.row - firstRow
    return area.contains(point) && shown.indices.contains(place) ? shown[place] : nil
  }

  func draw(on canvas: inout Canvas) {
    guard !area.isEmpty else { return }
    if let remark = table.remark {
      canvas.draw(
        Words.cut(remark, to: area.columns, glyphs: appearance.glyphs), column: area.column, row: area.row,
        glyphs: appearance.glyphs)
      return
    }
    let places = places
    // Headings stand over what they name: lines of their own come before them.
    for (offset, line) in leads.enumerated() { draw(line, places, row: area.row + offset, on: &canvas) }
    if hasHeadings { drawHeadings(places, row: firstRow - 1, isPart: shown.count < table.count, on: &canvas) }
    for (offset, line) in shown.enumerated() {
      let isMarked = line == table.marked
      drawName(
        table.name(line), row: firstRow + offset,
        style: Style(attributes: isMarked ? [.bold, .reverse] : table.isDim(line) ? .dim : []), on: &canvas)
      for place in places {
        draw(
          table.columns[place.index].cell(line), in: place, row: firstRow + offset,
          style: Style(attributes: isMarked ? .bold : table.isDim(line) ? .dim : []), on: &canvas)
      }
    }
    for (offset, line) in feet.enumerated() { draw(line, places, row: firstRow + shown.count + offset, on: &canvas) }
  }

  private func drawHeadings(_ places: [Place], row: Int, isPart: Bool, on canvas: inout Canvas) {
    let style = Style(attributes: [.dim, .underline])
    if isPart {
      drawName(StepTableView.words(shown.count, of: table.count), row: row, style: Style(attributes: .dim), on: &canvas)
    }
    for place in places {
      let column = table.columns[place.index]
      let heading = Words.cut(column.heading, to: place.columns, glyphs: appearance.glyphs)
      let isText = column.columns.least == column.columns.most
      let width = displayWidth(of: heading, glyphs: appearance.glyphs)
      canvas.draw(
        heading, column: place.start + (isText ? place.columns - width : 0), row: row, style: style,
        width: place.columns, glyphs: appearance.glyphs)
    }
  }

  private func drawName(_ name: String, row: Int, style: Style, on canvas: inout Canvas) {
    let label = Words.cut(name, to: labelColumns, glyphs: appearance.glyphs)
    let width = displayWidth(of: label, glyphs: appearance.glyphs)
    canvas.draw(
      label, column: area.column + labelColumns - width, row: row, style: style, width: labelColumns,
      glyphs: appearance.glyphs)
  }

  private func draw(_ line: StepLine, _ places: [Place], row: Int, on canvas: inout Canvas) {
    drawName(line.name, row: row, style: Style(attributes: .bold), on: &canvas)
    if line.isWide, let cell = line.cells.first, let first = places.first {
      draw(
        cell, in: Place(index: 0, start: first.start, columns: area.endColumn - first.start), row: row,
        style: Style(attributes: .bold), on: &canvas)
      return
    }
    for place in places where line.cells.indices.contains(place.index) {
      draw(line.cells[place.index], in: place, row: row, style: Style(attributes: .bold), on: &canvas)
    }
  }

  private func draw(_ cell: StepCell, in place: Place, row: Int, style: Style, on canvas: inout Canvas) {
    switch cell {
    case .empty: break
    case .text(let text):
      let shown = Words.cut(text, to: place.columns, glyphs: appearance.glyphs)
      let width = displayWidth(of: shown, glyphs: appearance.glyphs)
      canvas.draw(
        shown, column: place.start + place.columns - width, row: row, style: style, width: place.columns,
        glyphs: appearance.glyphs)
    case .bar(let value, let low, let high, let color):
      SignedBar(value: value, low: low, high: high, color: color, appearance: appearance).draw(
        column: place.start, row: row, columns: place.columns, on: &canvas)
    case .strip(let vector, let painter):
      VectorStrip(painter: painter).draw(vector, column: place.start, row: row, columns: place.columns, on: &canvas)
    }
  }
}
