import Activations
import Canvas
import Explorer
import UserInput

/// Where the numbers of all heads lie in the grid: a row for each layer, or the largest first and then from line to line.
struct NumberGridLayout {
  let area: Rect
  /// The heads by line and place.
  let lines: [[HeadIndex]]
  /// Room for one head, gap included.
  let cell: Size
  let labelColumns: Int
  /// The lines, and the places in them, that are on the screen.
  let visibleLines: Range<Int>
  let visiblePlaces: Range<Int>
  let isSorted: Bool
  /// Rows above the numbers: a title, and the names of the heads where they stand in columns and there is room.
  let header: Int

  private static let smallest = 5

  init(state: State, area: Rect) {
    self.area = area
    isSorted = state.heads.isGridSorted
    let order = state.gridHeads
    let labels = isSorted ? 0 : "L\(max(state.model.layers - 1 + state.countFrom, 0)) ".count
    labelColumns = labels
    // A sorted cell also says which head it is.
    let smallest = isSorted ? 8 : NumberGridLayout.smallest
    let perLine = isSorted ? max((area.columns - labels) / smallest, 1) : max(state.model.heads, 1)
    lines = stride(from: 0, to: order.count, by: perLine).map { start in
      Array(order[start..<min(start + perLine, order.count)])
    }
    let columns = max((area.columns - labels) / max(perLine, 1), smallest)
    header = !isSorted && area.rows >= lines.count + 2 ? 2 : 1
    let rowsOfCell = max(min((area.rows - header) / max(lines.count, 1), 3), 1)
    cell = Size(columns: min(columns, 12), rows: rowsOfCell)
    let place = lines.enumerated().compactMap { line, heads in
      heads.firstIndex(of: state.head).map { (line: line, place: $0) }
    }.first
    visibleLines = GridLayout.visible(
      count: lines.count, around: place?.line ?? 0, room: (area.rows - header) / max(cell.rows, 1))
    visiblePlaces = GridLayout.visible(
      count: min(perLine, lines.first?.count ?? 0), around: place?.place ?? 0,
      room: (area.columns - labels) / max(cell.columns, 1))
  }

  func rect(line: Int, place: Int) -> Rect? {
    guard visibleLines.contains(line), visiblePlaces.contains(place) else { return nil }
    return Rect(
      column: area.column + labelColumns + (place - visiblePlaces.lowerBound) * cell.columns,
      row: area.row + header + (line - visibleLines.lowerBound) * cell.rows, columns: cell.columns - 1, rows: cell.rows)
  }

  func head(at point: Point) -> HeadIndex? {
    for line in visibleLines {
      for (place, head) in lines[line].enumerated() where rect(line: line, place: place)?.contains(point) == true {
        return head
      }
    }
    return nil
  }

  /// The head so many places and lines away; the nearest there is at an edge.
  func head(from head: HeadIndex, places: Int, lines step: Int) -> HeadIndex? {
    for (line, heads) in lines.enumerated() {
      guard let place = heads.firstIndex(of: head) else { continue }
      let target = lines[min(max(line + step, 0), lines.count - 1)]
      return target[min(max(place + places, 0), target.count - 1)]
    }
    return lines.first?.first
  }
}

extension NumberGridLayout {
  /// The names of the heads over their columns, as over their pictures.
  func drawHeads(_ state: State, on canvas: inout Canvas) {
    guard let line = visibleLines.first else { return }
    for place in visiblePlaces {
      guard lines[line].indices.contains(place), let rect = rect(line: line, place: place) else {
        continue
      }
      let head = lines[line][place].head
      let name = "H\(head + state.countFrom)"
      canvas.draw(
        name, column: rect.column + max((rect.columns - name.count) / 2, 0), row: area.row + 1,
        style: Style(attributes: head == state.head.head ? [.bold, .reverse] : .dim), width: rect.columns)
    }
  }

  /// The name of a layer before its numbers.
  func drawLabel(_ line: Int, _ state: State, on canvas: inout Canvas) {
    guard let rect = rect(line: line, place: visiblePlaces.lowerBound) else { return }
    canvas.draw(
      "L\(line + state.countFrom)", column: area.column, row: rect.row + (rect.rows - 1) / 2,
      style: Style(attributes: line == state.head.layer ? [.bold, .reverse] : .dim), width: labelColumns - 1)
  }
}
