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
    let unicode = appearance.glyphs == .unicode
    let sign = playback.isLive ? (unicode ? "●" : "*") : playback.isPaused ? (unicode ? "‖" : "=") : unicode ? "▶" : ">"
    let start = "\(sign) \(Words.clock(playback.time)) "
    let end = " " + Words.clock(playback.duration)
    var column = area.column
    column += canvas.draw(
      start, column: column, row: area.row, style: Style(attributes: .bold), width: area.columns,
      glyphs: appearance.glyphs)
    let length = area.endColumn - column - end.count
    guard length >= 5 else { return }
    let present = place(playback.time, in: length)
    let marks = Set(playback.marks.map { place($0, in: length) })
    for index in 0..<length {
      let isPlayed = index <= present
      let glyph: Unicode.Scalar =
        index == present
        ? (unicode ? "●" : "o")
        : marks.contains(index)
          ? (unicode ? (isPlayed ? "┿" : "┼") : "+") : unicode ? (isPlayed ? "━" : "─") : (isPlayed ? "=" : "-")
      canvas[column + index, area.row] = Cell(
        base: glyph, style: Style(attributes: isPlayed || marks.contains(index) ? .bold : .dim))
    }
    canvas.draw(end, column: column + length, row: area.row, style: Style(attributes: .dim))
  }

  private func place(_ time: Double, in length: Int) -> Int {
    guard playback.duration > 0, let share = (time / playback.duration).share else { return length - 1 }
    return min(Int(saturating: share * Double(length - 1), rule: .toNearestOrAwayFromZero) ?? 0, length - 1)
  }
}
