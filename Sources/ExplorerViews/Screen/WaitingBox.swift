import Canvas
import Explorer
import UserInput

/// What is said while a long text is computed: how much it is, how long it takes, and how far it is. It lies over the picture from
/// before.
struct WaitingBox {
  let progress: ComputationProgress
  let appearance: Appearance

  func draw(in area: Rect, on canvas: inout Canvas) {
    let glyphs = appearance.glyphs
    let room = area.columns - 4
    guard room >= 12, area.rows >= 1 else { return }
    let width = min(room, 64)
    // Where there is little room, the last lines go first.
    let lines = [
      (Words.fitting(title, in: width, glyphs: glyphs), Style(attributes: .bold)),
      (bar(columns: width), .plain),
      (Words.fitting(left, in: width, glyphs: glyphs), .plain),
      (Words.fitting(memory, in: width, glyphs: glyphs), .plain),
    ].prefix(area.rows)
    let box = Rect(
      column: area.column + (area.columns - width) / 2, row: area.row + (area.rows - lines.count) / 2, columns: width,
      rows: lines.count)
    let border = area.rows >= lines.count + 2 ? 1 : 0
    canvas.fill(
      Rect(column: box.column - 2, row: box.row - border, columns: width + 4, rows: box.rows + 2 * border), with: .blank
    )
    for (index, line) in lines.enumerated() {
      canvas.draw(line.0, column: box.column, row: box.row + index, style: line.1, width: width, glyphs: glyphs)
    }
  }

  private var tokens: String { Words.grouped(progress.tokens) }

  private var title: [String] {
    let time = Words.duration(progress.seconds)
    return ["Computing \(tokens) tokens: about \(time)", "\(tokens) tokens: \(time)", "\(tokens) tokens"]
  }

  private var left: [String] {
    let time = Words.duration(progress.seconds * (1 - progress.share))
    return [
      "\(progress.percent) %, about \(time) to go; Esc stops it", "\(progress.percent) %; Esc stops it",
      "\(progress.percent) %",
    ]
  }

  private var memory: [String] {
    let (attention, other) = (Words.bytes(progress.probabilityBytes), Words.bytes(progress.otherBytes))
    guard progress.isInParts else {
      let all = Words.bytes(progress.probabilityBytes + progress.otherBytes)
      return ["It takes \(all) of memory.", all]
    }
    return [
      "Attention (\(attention)) is computed in parts; \(other) are kept.", "\(attention) in parts, \(other) kept",
      "in parts",
    ]
  }

  /// How far it is: [#####.....]
  private func bar(columns: Int) -> String {
    let room = max(columns - 2, 0)
    let done = progress.percent * room / 100
    let (full, empty) = appearance.glyphs == .unicode ? ("█", "░") : ("#", ".")
    return "[" + String(repeating: full, count: done) + String(repeating: empty, count: room - done) + "]"
  }
}

extension Words {
  /// A time that nobody can know exactly: 8 s, 2 min, 1.5 h.
  static func duration(_ seconds: Double) -> String {
    switch seconds {
    case ..<1: "1 s"
    case ..<90: "\(fixed(seconds, 0)) s"
    case ..<5400: "\(fixed(seconds / 60, 0)) min"
    default: "\(fixed(seconds / 3600, 1)) h"
    }
  }
}
