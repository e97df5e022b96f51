import Canvas
import Explorer
import Support
import UserInput

/// Where a replay is, along the bottom: time, marks, and how far it has come.
///
///     ▶ 1:05 ━━━━┿━━━━●────┼───────── 3:10
struct Timeline {
  let playback: PlaybackStatus
  let appearance: Appearance

  func draw(in area: Rect, on canvas: inout Canvas) {
    canvas.draw(
      start, column: area.column, row: area.row, style: Style(attributes: .bold), width: area.columns,
      glyphs: appearance.glyphs)
    guard let (column, length) = line(in: area) else { return }
    let present = place(playback.time, in: length)
    let marks = Set(playback.marks.map { place($0, in: length) })
    for index in 0..<length {
      let isPlayed = index <= present
      let glyph: Unicode.Scalar =
        index == present
        ? (isUnicode ? "●" : "o")
        : marks.contains(index)
          ? (isUnicode ? (isPlayed ? "┿" : "┼") : "+") : isUnicode ? (isPlayed ? "━" : "─") : (isPlayed ? "=" : "-")
      canvas[column + index, area.row] = Cell(
        base: glyph, style: Style(attributes: isPlayed || marks.contains(index) ? .bold : .dim))
    }
    canvas.draw(end, column: column + length, row: area.row, style: Style(attributes: .dim))
  }

  /// Which moment lies at a point, as a share of the whole.
  func share(at point: Point, in area: Rect) -> Double? {
    guard point.row == area.row, let (column, length) = line(in: area),
      (column..<column + length).contains(point.column)
    else { return nil }
    return Double(point.column - column) / Double(length - 1)
  }

  private var isUnicode: Bool { appearance.glyphs == .unicode }

  private var start: String {
    let sign =
      playback.isLive ? (isUnicode ? "●" : "*") : playback.isPaused ? (isUnicode ? "‖" : "=") : isUnicode ? "▶" : ">"
    return "\(sign) \(Words.clock(playback.time)) "
  }

  private var end: String { " " + Words.clock(playback.duration) }

  /// Where the line itself lies; nil where there is no room for one.
  private func line(in area: Rect) -> (column: Int, length: Int)? {
    let column = area.column + displayWidth(of: start, glyphs: appearance.glyphs)
    let length = area.endColumn - column - end.count
    return length >= 5 ? (column, length) : nil
  }

  private func place(_ time: Double, in length: Int) -> Int {
    guard playback.duration > 0, let share = (time / playback.duration).share else { return length - 1 }
    return min(Int(saturating: share * Double(length - 1), rule: .toNearestOrAwayFromZero) ?? 0, length - 1)
  }
}
