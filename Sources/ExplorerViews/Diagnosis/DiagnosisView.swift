import Canvas
import Explorer
import UserInput

/// The list of what looks odd, over the view: symptom, cause, what to do, and the key that goes there.
struct DiagnosisView {
  let state: State
  let appearance: Appearance
  let marked: Int
  let frame: Frame

  private static let widest = 100

  private struct Line {
    /// Which entry it belongs to.
    let entry: Int
    var text: String
    var isTitle = false
    var indent = 0
  }

  /// How many columns of a screen the list takes.
  static func columns(of size: Size) -> Int { min(widest, size.columns) }

  private var area: Rect {
    let columns = DiagnosisView.columns(of: frame.size)
    let top = frame.tokens + 1
    return Rect(column: frame.size.columns - columns, row: top, columns: columns, rows: frame.main.endRow - top)
  }

  func draw(on canvas: inout Canvas) {
    let (area, glyphs, signs) = (area, appearance.glyphs, Signs(appearance))
    let list = OddityList(state, appearance)
    canvas.fill(area, with: .blank)
    if hasBar {
      for row in area.row..<area.endRow { canvas.draw(signs.bar, column: area.column, row: row, glyphs: glyphs) }
    }
    canvas.draw(
      Words.cut(title(list), to: width, glyphs: glyphs), column: left, row: area.row,
      style: Style(attributes: [.bold, .underline]), glyphs: glyphs)
    let chosen = min(max(marked, 0), list.lastLine)
    let (lines, shown) = lines(list)
    for (row, line) in lines[shown].enumerated() {
      let isMarked = line.entry == chosen && line.isTitle && !list.oddities.isEmpty
      canvas.draw(
        line.text, column: left + line.indent, row: area.row + 1 + row,
        style: Style(attributes: isMarked ? [.bold, .reverse] : line.isTitle ? .bold : []), glyphs: glyphs)
    }
    if shown.lowerBound > 0 { drawSign(signs.ellipsis, row: area.row + 1, on: &canvas) }
    if shown.upperBound < lines.count { drawSign(signs.ellipsis, row: area.endRow - 1, on: &canvas) }
  }

  /// Beside the list, a line tells it from what lies under it.
  private var hasBar: Bool { area.column > 0 }
  private var left: Int { area.column + (hasBar ? 2 : 0) }
  private var width: Int { area.endColumn - left - 2 }

  /// All lines of the list, and those of them that are on the screen.
  private func lines(_ list: OddityList) -> ([Line], shown: Range<Int>) {
    let lines = lines(list, width: width)
    return (lines, visible(lines, chosen: min(max(marked, 0), list.lastLine), room: max(area.rows - 1, 1)))
  }

  /// Which entry lies at a point.
  func entry(at point: Point) -> Int? {
    guard area.contains(point) else { return nil }
    let (lines, shown) = lines(OddityList(state, appearance))
    let line = shown.lowerBound + point.row - area.row - 1
    return shown.contains(line) ? lines[line].entry : nil
  }

  private func drawSign(_ sign: String, row: Int, on canvas: inout Canvas) {
    canvas.draw(
      sign, column: area.endColumn - 1, row: row, style: Style(attributes: .bold), glyphs: appearance.glyphs)
  }

  private func title(_ list: OddityList) -> String {
    guard list.isComplete || !list.oddities.isEmpty else { return "What looks odd" }
    let count = list.oddities.count
    return "What looks odd: " + (count == 0 ? "nothing" : "\(count) found, the cause beside each")
  }

  private func lines(_ list: OddityList, width: Int) -> [Line] {
    let glyphs = appearance.glyphs
    var lines: [Line] = []
    func add(_ text: String, entry: Int, isTitle: Bool = false, indent: Int, hanging: Int = 0) {
      for (index, text) in Words.wrapped(text, to: max(width - indent - hanging, 8), glyphs: glyphs).enumerated() {
        lines.append(Line(entry: entry, text: text, isTitle: isTitle, indent: indent + (index > 0 ? hanging : 0)))
      }
    }
    for (index, oddity) in list.oddities.enumerated() {
      add("\(index + 1). \(oddity.symptom)", entry: index, isTitle: true, indent: 0, hanging: 3)
      add("Cause: \(oddity.cause).", entry: index, indent: 2, hanging: 7)
      add("To do: \(oddity.remedy).", entry: index, indent: 2, hanging: 7)
      let keys = index < 9 ? "\(index + 1) or Enter" : "Enter"
      add("\(keys): to \(oddity.place)", entry: index, indent: 2, hanging: 7)
      lines.append(Line(entry: index, text: ""))
    }
    let last = list.lastLine
    if !list.checks.isEmpty {
      add("Looked at, and as it should be:", entry: last, isTitle: true, indent: 0)
      for check in list.checks { add("\(Signs(appearance).dot) \(check)", entry: last, indent: 2, hanging: 2) }
    }
    for remark in list.remarks { add(remark, entry: last, indent: 0) }
    if list.isLooking {
      add("looking at the numbers\(Signs(appearance).ellipsis)", entry: last, indent: 0)
    }
    return lines
  }

  /// As many lines as there is room for, with all of the marked entry where that is possible.
  private func visible(_ lines: [Line], chosen: Int, room: Int) -> Range<Int> {
    let first = lines.firstIndex { $0.entry == chosen } ?? 0
    let end = (lines.lastIndex { $0.entry == chosen } ?? 0) + 1
    let start = end <= room ? 0 : min(first, end - room)
    return start..<min(start + room, lines.count)
  }
}
