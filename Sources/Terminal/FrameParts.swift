import Canvas

/// The rows of a picture that are not on the screen yet, in the order in which they go there.
///
/// What takes long to send goes in parts, so that a key pressed meanwhile does not wait for all of it; what is
/// sent quickly, texts above all, goes before it.
struct FrameParts: Equatable {
  /// Rows that go together, from the top down.
  private(set) var parts: [[Int]] = []

  /// Of as many bytes, a part is at most, unless a single row has more.
  static let bytesInPart = 6_000
  /// So many in all are sent at once.
  static let bytesAtOnce = 8_000
  /// A row that is sent quickly takes less than this.
  static let bytesOfLightRow = 600
  /// About what another colour costs.
  private static let bytesOfStyle = 25

  /// `old` is what is on the screen, a canvas of the same size; nil where nothing is known.
  init(from old: Canvas?, to new: Canvas) {
    let rows = 0..<new.size.rows
    guard let old else {
      parts = rows.isEmpty ? [] : [Array(rows)]
      return
    }
    let bytes = rows.map { FrameParts.bytes(ofRow: $0, from: old, to: new) }
    let changed = rows.filter { bytes[$0] > 0 }
    guard changed.reduce(0, { $0 + bytes[$1] }) > FrameParts.bytesAtOnce else {
      parts = changed.isEmpty ? [] : [changed]
      return
    }
    let light = changed.filter { bytes[$0] < FrameParts.bytesOfLightRow }
    if !light.isEmpty { parts.append(light) }
    var (part, size) = ([Int](), 0)
    for row in changed where bytes[row] >= FrameParts.bytesOfLightRow {
      if !part.isEmpty, size + bytes[row] > FrameParts.bytesInPart {
        parts.append(part)
        (part, size) = ([], 0)
      }
      part.append(row)
      size += bytes[row]
    }
    if !part.isEmpty { parts.append(part) }
  }

  /// About how many bytes a row takes; 0 where nothing in it changes.
  private static func bytes(ofRow row: Int, from old: Canvas, to new: Canvas) -> Int {
    let start = row * new.size.columns
    var bytes = 0
    var style: Style?
    for index in start..<start + new.size.columns where old.cells[index] != new.cells[index] {
      bytes += new.cells[index].style == style ? 1 : 1 + bytesOfStyle
      style = new.cells[index].style
    }
    return bytes
  }
}
