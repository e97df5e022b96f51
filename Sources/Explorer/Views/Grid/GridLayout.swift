import Activations
import Canvas

/// Where the thumbnails of all heads lie, and the large picture beside or under them.
struct GridLayout {
  /// The room of one thumbnail without the gap beside it, in cells.
  let thumbnail: Size
  /// Columns on the left for the names of the layers.
  let labelColumns: Int
  /// Cells from one thumbnail to the next.
  let pitch: Size
  let layers: Range<Int>
  let heads: Range<Int>
  let area: Rect
  /// The selected head, large; nil where there is no room.
  let panel: Rect?
  /// Whether the names of the layers are written out.
  let hasLongLabels: Bool

  /// The smallest thumbnail that is worth looking at; with less room the grid scrolls.
  private static let smallest = Size(columns: 4, rows: 2)

  init(state: State, appearance: Appearance, area: Rect) {
    let positions = max(state.positions, 1)
    let whole = GridLayout.thumbnail(in: area, state: state)
    let wanted = min(positions, 5)
    var best: (grid: Rect, panel: Rect?) = (area, nil)
    for candidate in GridLayout.leftovers(in: area, state: state, appearance: appearance)
      + GridLayout.panels(in: area, state: state)
    {
      let size = GridLayout.thumbnail(in: candidate.grid, state: state)
      let dots = GridLayout.side(size, appearance: appearance)
      // The large picture may not cost a head its place, nor the thumbnails their tokens.
      let isWorthIt = dots >= min(GridLayout.side(whole, appearance: appearance), wanted)
      if isWorthIt, GridLayout.showsAll(candidate.grid, state: state) || !GridLayout.showsAll(area, state: state) {
        best = (candidate.grid, candidate.panel)
        break
      }
    }
    panel = best.panel
    let grid = best.grid
    let room = GridLayout.thumbnail(in: grid, state: state)
    // A thumbnail with more room than it can fill moves together with its neighbours.
    let side = GridLayout.side(room, appearance: appearance)
    let dots = positions <= side ? side / positions * positions : side
    let rowsPerDot = appearance.hasHalfBlocks ? 2 : 1
    let natural = Size(columns: dots, rows: (dots + rowsPerDot - 1) / rowsPerDot)
    thumbnail = appearance.hasHalfBlocks ? natural : Size(columns: min(room.columns, max(dots, 1) * 2), rows: room.rows)
    pitch = Size(
      columns: min(thumbnail.columns + 1, room.columns + 1),
      rows: room.rows > thumbnail.rows ? thumbnail.rows + 1 : thumbnail.rows)
    hasLongLabels = GridLayout.hasLongLabels(in: grid, state: state)
    labelColumns = GridLayout.labelColumns(state: state, long: hasLongLabels)
    self.area = grid
    layers = GridLayout.visible(
      count: state.model.layers, around: state.head.layer,
      room: (grid.rows - 1 + (pitch.rows - thumbnail.rows)) / max(pitch.rows, 1))
    heads = GridLayout.visible(
      count: state.model.heads, around: state.head.head, room: (grid.columns - labelColumns) / max(pitch.columns, 1))
  }

  /// Where a thumbnail lies; nil when it is scrolled away.
  func rect(of index: HeadIndex) -> Rect? {
    guard layers.contains(index.layer), heads.contains(index.head) else { return nil }
    return Rect(
      column: area.column + labelColumns + (index.head - heads.lowerBound) * pitch.columns,
      row: area.row + 1 + (index.layer - layers.lowerBound) * pitch.rows,
      columns: thumbnail.columns, rows: thumbnail.rows)
  }

  func head(at point: Point) -> HeadIndex? {
    let column = point.column - area.column - labelColumns
    let row = point.row - area.row - 1
    guard column >= 0, row >= 0, area.contains(point) else { return nil }
    let index = HeadIndex(
      layer: layers.lowerBound + row / max(pitch.rows, 1), head: heads.lowerBound + column / max(pitch.columns, 1))
    return layers.contains(index.layer) && heads.contains(index.head) ? index : nil
  }

  // MARK: Choosing

  /// Room for the large picture that costs the thumbnails nothing.
  private static func leftovers(
    in area: Rect, state: State, appearance: Appearance
  ) -> [(grid: Rect, panel: Rect)] {
    let room = thumbnail(in: area, state: state)
    let dots = min(side(room, appearance: appearance), max(state.positions, 1))
    let rowsPerDot = appearance.hasHalfBlocks ? 2 : 1
    let columns = labelColumns(state: state, long: false) + state.model.heads * (dots + 1)
    let rows = 1 + state.model.layers * ((dots + rowsPerDot - 1) / rowsPerDot)
    var candidates: [(grid: Rect, panel: Rect)] = []
    if area.columns - columns >= smallestPanel.columns {
      candidates.append(split(area, columns: columns))
    }
    if area.rows - rows >= smallestPanel.rows {
      candidates.append(split(area, rows: rows))
    }
    return candidates
  }

  private static let smallestPanel = Size(columns: 30, rows: 9)

  private static func split(_ area: Rect, columns: Int) -> (grid: Rect, panel: Rect) {
    (
      Rect(column: area.column, row: area.row, columns: columns, rows: area.rows),
      area.inset(left: columns + 1)
    )
  }

  private static func split(_ area: Rect, rows: Int) -> (grid: Rect, panel: Rect) {
    (Rect(column: area.column, row: area.row, columns: area.columns, rows: rows), area.inset(top: rows))
  }

  /// Room for the large picture that the thumbnails give up: as much as it needs, up to half.
  private static func panels(in area: Rect, state: State) -> [(grid: Rect, panel: Rect)] {
    let positions = max(state.positions, 1)
    let columns = [positions * 5 + 16, positions * 2 + 16, area.columns / 2, area.columns / 3].filter {
      $0 >= smallestPanel.columns && $0 <= area.columns / 2
    }
    let rows = [positions + 3, area.rows / 2, area.rows / 3].filter {
      $0 >= smallestPanel.rows && $0 <= area.rows / 2
    }
    return columns.map { split(area, columns: area.columns - $0) } + rows.map { split(area, rows: area.rows - $0) }
  }

  private static func thumbnail(in area: Rect, state: State) -> Size {
    let labels = labelColumns(state: state, long: hasLongLabels(in: area, state: state))
    let columns = (area.columns - labels) / max(state.model.heads, 1) - 1
    let rows = (area.rows - 1) / max(state.model.layers, 1)
    return Size(columns: max(columns, smallest.columns), rows: max(rows, smallest.rows))
  }

  private static func showsAll(_ area: Rect, state: State) -> Bool {
    let size = thumbnail(in: area, state: state)
    let labels = labelColumns(state: state, long: false)
    return labels + state.model.heads * (size.columns + 1) <= area.columns + 1
      && 1 + state.model.layers * size.rows <= area.rows
  }

  /// The side of the square picture in dots that fits in a thumbnail.
  private static func side(_ size: Size, appearance: Appearance) -> Int {
    let dots = HeatPainter.dots(columns: size.columns, rows: size.rows, appearance: appearance)
    return max(min(dots.columns, dots.rows), 1)
  }

  private static func hasLongLabels(in area: Rect, state: State) -> Bool {
    let heads = max(state.model.heads, 1)
    let long = (area.columns - labelColumns(state: state, long: true)) / heads
    let short = (area.columns - labelColumns(state: state, long: false)) / heads
    return long == short && long > smallest.columns
  }

  private static func labelColumns(state: State, long: Bool) -> Int {
    let digits = String(max(state.model.layers - 1 + state.countFrom, 0)).count
    return (long ? "layer ".count : "L".count) + digits + 1
  }

  /// The part of `0..<count` that is shown when there is room for `room`, with `place` about its middle.
  static func visible(count: Int, around place: Int, room: Int) -> Range<Int> {
    let room = max(min(room, count), min(count, 1))
    let start = min(max(place - room / 2, 0), max(count - room, 0))
    return start..<min(start + room, count)
  }
}
