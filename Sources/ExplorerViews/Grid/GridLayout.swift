import Activations
import Canvas
import Explorer
import UserInput

/// Where the thumbnails of all heads lie, and the large picture beside or under them.
struct GridLayout {
  let thumbnail: ThumbnailSize
  /// Columns on the left for the names of the layers.
  let labelColumns: Int
  let layers: Range<Int>
  let heads: Range<Int>
  let area: Rect
  /// The selected head, large; nil where there is no room.
  let preview: Rect?
  /// Whether the names of the layers are written out.
  let hasLongLabels: Bool

  init(state: State, appearance: Appearance, area whole: Rect) {
    let room = GridRoom(state: state, appearance: appearance)
    (area, preview) = room.split(whole)
    thumbnail = room.thumbnail(in: area)
    hasLongLabels = room.hasLongLabels(in: area)
    labelColumns = room.labelColumns(long: hasLongLabels)
    let shown = room.shown(thumbnail, in: area, labelColumns: labelColumns)
    layers = GridLayout.visible(count: state.model.layers, around: state.head.layer, room: shown.layers)
    heads = GridLayout.visible(count: state.model.heads, around: state.head.head, room: shown.heads)
  }

  /// The cell in which the dots begin.
  var origin: Point { Point(column: area.column + labelColumns, row: area.row + GridRoom.header) }

  /// All dots of the thumbnails on the screen.
  var dots: (columns: Int, rows: Int) {
    (heads.count * (thumbnail.columns + 1) - 1, layers.count * thumbnail.pitch - thumbnail.gap)
  }

  /// The first dot of a thumbnail; nil when it is scrolled away.
  func dot(of index: HeadIndex) -> (column: Int, row: Int)? {
    guard layers.contains(index.layer), heads.contains(index.head) else { return nil }
    return (
      (index.head - heads.lowerBound) * (thumbnail.columns + 1), (index.layer - layers.lowerBound) * thumbnail.pitch
    )
  }

  /// The cells that a thumbnail touches, some of them perhaps with only one of their dots; nil when it is scrolled away.
  func rect(of index: HeadIndex) -> Rect? {
    guard let dot = dot(of: index) else { return nil }
    let first = dot.row / thumbnail.dotsPerRow
    let end = (dot.row + thumbnail.rows + thumbnail.dotsPerRow - 1) / thumbnail.dotsPerRow
    return Rect(
      column: origin.column + dot.column, row: origin.row + first, columns: thumbnail.columns, rows: end - first)
  }

  /// The head whose thumbnail, or the gap after it, lies at a cell.
  func head(at point: Point) -> HeadIndex? {
    let column = point.column - origin.column
    let row = point.row - origin.row
    guard column >= 0, row >= 0, area.contains(point) else { return nil }
    let index = HeadIndex(
      layer: layers.lowerBound + row * thumbnail.dotsPerRow / max(thumbnail.pitch, 1),
      head: heads.lowerBound + column / (thumbnail.columns + 1))
    return layers.contains(index.layer) && heads.contains(index.head) ? index : nil
  }

  /// The part of `0..<count` that is shown when there is room for `room`, with `place` about its middle.
  static func visible(count: Int, around place: Int, room: Int) -> Range<Int> {
    let room = max(min(room, count), min(count, 1))
    let start = min(max(place - room / 2, 0), max(count - room, 0))
    return start..<min(start + room, count)
  }
}
