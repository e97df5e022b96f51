import Canvas
import Explorer
import Insights
import Support
import UserInput

/// The query's row as bars, on the way from scores to probabilities.
struct RowBars {
  let head: HeadPicture
  let appearance: Appearance
  /// How far scores have turned into probabilities, from 0 to 1.
  let progress: Double
  /// What the row is of, where that has to be said.
  var name = ""
  /// Whether every key's score, e to the power of what is left of it without the largest, and share stand beside one another, where there is room, instead of its bar.
  var hasNumbers = false

  private var glyphs: GlyphSet { appearance.glyphs }
  /// Without scores there is no way from them.
  private var isAtRest: Bool { progress >= 1 || !head.layer.hasVectors }

  func draw(in area: Rect, on canvas: inout Canvas) {
    guard area.rows >= 4 else { return }
    let keys = head.probabilities.row(head.query)
    // Of scores that have become probabilities, only those that are blocked can still be told.
    let scores = keys.indices.map { key -> Float in
      isAtRest
        ? head.layer.mask[head.query, key] ? 0 : -.infinity
        : head.layer.maskedScore(head: head.index.head, query: head.query, key: key)
    }
    let row = RowTransition(scores: scores, probabilities: keys, progress: isAtRest ? 1 : progress)
    let shown = shownKeys(keys.count, room: area.rows - 1)
    canvas.draw(
      isAtRest ? (shown.count < keys.count ? "a part of the row" : "the whole row") + name : row.stage.words,
      column: area.column, row: area.row, style: Style(attributes: .bold), width: area.columns, glyphs: glyphs)
    if hasNumbers, isAtRest, area.columns >= Self.numbers + 5 {
      return drawNumbers(shown, in: area, on: &canvas)
    }
    // Where there are few keys, each has a thick bar, and its number in large digits.
    let height = min(max((area.rows - 1) / max(shown.count, 1), 1), BigText.rows)
    let isLarge = height == BigText.rows && glyphs == .unicode
    let names = shown.map { TokenText.plain(head.tokens[$0], glyphs: glyphs) }
    let widest = names.map { displayWidth(of: $0, glyphs: glyphs) }.max() ?? 1
    let labels = min(widest, 10) + 1
    let columns = max(area.columns - labels - (isLarge ? 10 : 0), 1)
    for (line, key) in shown.enumerated() {
      let place = area.row + 1 + line * height
      let isMarked = key == head.key
      canvas.draw(
        Words.cut(names[line], to: labels - 1, glyphs: glyphs), column: area.column, row: place + (height - 1) / 2,
        style: Style(attributes: isMarked ? [.bold, .reverse] : []), glyphs: glyphs)
      drawBar(
        row.lengths[key],
        in: Rect(
          column: area.column + labels, row: place, columns: columns, rows: max(height - 1, 1)), on: &canvas)
      if let odd = OddValue(keys[key]), head.mask[head.query, key] {
        canvas[area.column + labels, place] = Cell(base: odd.sign(glyphs), style: Style(attributes: .bold))
      }
      guard isLarge, isAtRest, head.mask[head.query, key] else { continue }
      BigText(LargeNumber.share(keys[key]))?.draw(
        on: &canvas, column: area.endColumn - 9, row: place, style: Style(attributes: isMarked ? .bold : []))
    }
  }

  private static let numbers = 22

  private func drawNumbers(_ shown: Range<Int>, in area: Rect, on canvas: inout Canvas) {
    let steps = head.computation.softmax(of: head.index, query: head.query)
    let labels = area.columns - Self.numbers
    func draw(_ texts: [String], row: Int, _ style: Style) {
      for (index, text) in texts.enumerated() {
        let end = area.column + labels + [6, 16, 22][index]
        canvas.draw(text, column: end - text.count, row: row, style: style, glyphs: glyphs)
      }
    }
    canvas.fill(Rect(column: area.column, row: area.row, columns: area.columns, rows: 1), with: .blank)
    draw(["masked", "e^(s-m)", "share"], row: area.row, Style(attributes: .bold))
    for (line, key) in shown.enumerated() {
      let row = area.row + 1 + line
      let style = Style(attributes: key == head.key ? [.bold, .reverse] : [])
      canvas.draw(
        Words.cut(TokenText.plain(head.tokens[key], glyphs: glyphs), to: labels - 1, glyphs: glyphs),
        column: area.column, row: row, style: style, glyphs: glyphs)
      let signs = Signs(appearance)
      let isBlocked = !head.mask[head.query, key]
      draw(
        [
          isBlocked ? signs.minusInfinity : Words.fixed(steps.scaledScores[key], 2),
          Words.fixed(steps.exponentials[key], 4), Words.fixed(steps.probabilities[key], 2),
        ], row: row, Style(attributes: key == head.key ? .bold : []))
    }
  }

  /// - Parameter length: from 0 to 1, which fills the area.
  private func drawBar(_ length: Double, in area: Rect, on canvas: inout Canvas) {
    let parts = Signs(appearance).parts
    let steps = parts.count - 1
    let filled = Int(saturating: length * Double(area.columns * steps), rule: .toNearestOrAwayFromZero) ?? 0
    for column in 0..<area.columns {
      let part = min(max(filled - column * steps, 0), steps)
      guard part > 0 else { break }
      for row in area.row..<area.endRow { canvas[area.column + column, row] = Cell(base: parts[part], style: .plain) }
    }
  }

  /// Those around the marked key.
  private func shownKeys(_ count: Int, room: Int) -> Range<Int> {
    guard count > room else { return 0..<count }
    let start = min(max(head.key - room / 2, 0), count - room)
    return start..<(start + room)
  }
}
