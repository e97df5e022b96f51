import Activations
import Canvas
import Explorer
import UserInput

/// Which columns and which lines of the table of heads are on the screen, and where.
struct HeadsLayout {
  /// A column and its place.
  struct Field {
    let column: HeadColumn
    let start: Int
    let columns: Int
    var end: Int { start + columns }
  }

  /// How many heads are shown, and of how many: nil where there is no room to say so.
  let summary: Int?
  /// The row of the columns' titles.
  let header: Int
  let fields: [Field]
  /// The rows of heads.
  let body: Rect
  /// Which of the sorted heads are on the screen.
  let visible: Range<Int>
  let hasLongTitles: Bool

  private static let places = 8
  private static let names = (short: 8, long: 14)

  /// `count` heads are to be shown; `marked` is the one among them that is selected.
  init(state: State, area: Rect, count: Int, marked: Int?) {
    let numbers = state.numberColumns
    let whole = HeadsLayout.places + HeadsLayout.names.long
    let wide = (area.columns - whole) / max(numbers.count, 1)
    hasLongTitles = wide >= 8
    let width = hasLongTitles ? min(wide, 14) : wide >= 5 ? wide : 5
    // Where there is no room for all of them, the one that heads are sorted by is among those that are left.
    let nameColumns = area.columns >= 40 ? HeadsLayout.names.long : HeadsLayout.names.short
    let room = max((area.columns - HeadsLayout.places - nameColumns) / width, 0)
    let sorted = numbers.firstIndex(of: state.heads.column) ?? 0
    let first = room < numbers.count ? min(max(sorted - room / 2, 0), numbers.count - room) : 0
    var fields = [Field(column: .place, start: area.column, columns: min(HeadsLayout.places, area.columns))]
    var start = area.column + HeadsLayout.places
    fields.append(Field(column: .pattern, start: start, columns: min(nameColumns, max(area.endColumn - start, 0))))
    start += nameColumns
    for column in numbers.dropFirst(first).prefix(room) {
      fields.append(Field(column: column, start: start, columns: width))
      start += width
    }
    self.fields = fields
    summary = area.rows >= 6 ? area.row : nil
    header = area.row + (summary == nil ? 0 : 1)
    body = Rect(column: area.column, row: header + 1, columns: area.columns, rows: area.endRow - header - 1)
    visible = GridLayout.visible(count: count, around: marked ?? 0, room: body.rows)
  }

  func column(at point: Point) -> HeadColumn? {
    guard point.row == header else { return nil }
    return fields.first { point.column >= $0.start && point.column < $0.end }?.column
  }

  /// Which of the sorted heads lies under a point.
  func line(at point: Point) -> Int? {
    guard body.contains(point) else { return nil }
    let line = visible.lowerBound + point.row - body.row
    return visible.contains(line) ? line : nil
  }
}
