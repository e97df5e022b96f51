import Canvas
import Explorer
import UserInput

/// A matrix for a class: its cells as large as they go, with numbers where those can be large, and colours alone elsewhere.
struct PresenterMatrix {
  let painter: any ValuePainter
  let names: [String]
  let value: (_ row: Int, _ column: Int) -> Float?
  let text: (_ row: Int, _ column: Int) -> String
  var markedRow: Int?
  var markedColumn: Int?
  var isBottomUp = false
  /// Whether cells of one colour stand apart.
  var hasGaps = false
  /// What is shown in full colours while the rest is faded.
  var spotlight = Presentation.Spotlight.none

  /// More would be a strip, and not a matrix.
  private static let largest = Size(columns: 24, rows: 8)

  private var glyphs: GlyphSet { painter.appearance.glyphs }

  /// Where everything lies; nil where cells would be too small to be told apart.
  private func layout(in area: Rect) -> (labels: Int, cell: Size)? {
    let widest = names.map { displayWidth(of: $0, glyphs: glyphs) }.max() ?? 1
    let labels = min(widest, 12, area.columns / 4) + 1
    let count = max(names.count, 1)
    let cell = Size(
      columns: min((area.columns - labels) / count, Self.largest.columns),
      rows: min((area.rows - 1) / count, Self.largest.rows))
    return cell.columns >= 2 && cell.rows >= 1 ? (labels, cell) : nil
  }

  /// Where a cell lies; nil where there is no room for any.
  func rect(_ row: Int, _ column: Int, in area: Rect) -> Rect? {
    guard let (labels, cell) = layout(in: area) else { return nil }
    return Rect(
      column: area.column + labels + column * cell.columns,
      row: area.row + 1 + (isBottomUp ? names.count - 1 - row : row) * cell.rows, columns: cell.columns,
      rows: cell.rows)
  }

  /// Returns false where there is no room for it.
  func draw(in area: Rect, on canvas: inout Canvas) -> Bool {
    guard let (labels, cell) = layout(in: area) else { return false }
    for row in names.indices {
      let place = area.row + 1 + (isBottomUp ? names.count - 1 - row : row) * cell.rows
      let name = Words.cut(names[row], to: labels - 1, glyphs: glyphs)
      canvas.draw(
        name, column: area.column + labels - 1 - displayWidth(of: name, glyphs: glyphs),
        row: place + (cell.rows - 1) / 2,
        style: Style(attributes: row == markedRow ? [.bold, .reverse] : .bold), glyphs: glyphs)
      for column in names.indices {
        let rect = Rect(
          column: area.column + labels + column * cell.columns, row: place, columns: cell.columns, rows: cell.rows)
        draw(row, column, in: rect, on: &canvas)
      }
    }
    for column in names.indices {
      let name = Words.cut(names[column], to: cell.columns - 1, glyphs: glyphs)
      canvas.draw(
        name, column: area.column + labels + column * cell.columns, row: area.row,
        style: Style(attributes: column == markedColumn ? [.bold, .reverse] : .bold), width: cell.columns,
        glyphs: glyphs)
    }
    return true
  }

  private func draw(_ row: Int, _ column: Int, in rect: Rect, on canvas: inout Canvas) {
    let number = value(row, column)
    painter.fill(rect, with: number, isWritten: glyphs == .unicode && rect.rows >= BigText.rows, on: &canvas)
    var style = painter.style(number)
    if painter.appearance.hasHeatColors, let presentation = painter.appearance.presentation,
      spotlight == .query && row != markedRow || spotlight == .key && column != markedColumn
    {
      style.background = style.background.mixed(with: presentation.theme.background, share: 0.7)
      style.foreground = style.background.contrasting
      canvas.restyle(rect) { $0 = style }
    }
    var inner = rect
    if hasGaps, hasRoomForGaps(rect) {
      drawGap(in: rect, style.background, on: &canvas)
      inner = Rect(
        column: rect.column, row: rect.row, columns: rect.columns - 1, rows: rect.rows - (hasGapBelow(rect) ? 1 : 0))
    }
    // Behind the spotlight there are colours only.
    let isLit = spotlight == .none || (spotlight == .query ? row == markedRow : column == markedColumn)
    LargeNumber(isLit ? text(row, column) : "").draw(
      in: inner, on: style.background, isMarked: row == markedRow && column == markedColumn, glyphs: glyphs,
      canvas: &canvas)
  }

  private func hasRoomForGaps(_ rect: Rect) -> Bool {
    painter.appearance.hasHeatColors && painter.appearance.hasHalfBlocks && rect.columns >= 3
  }

  private func hasGapBelow(_ rect: Rect) -> Bool { rect.rows == 2 || rect.rows > BigText.rows }

  /// A column, and the lower half of a row, in which the paper shows.
  private func drawGap(in rect: Rect, _ color: Color, on canvas: inout Canvas) {
    if hasGapBelow(rect) {
      for column in rect.column..<rect.endColumn {
        canvas[column, rect.endRow - 1] = Cell(base: "▀", style: Style(foreground: color))
      }
    }
    canvas.fill(Rect(column: rect.endColumn - 1, row: rect.row, columns: 1, rows: rect.rows), with: .blank)
  }
}

/// A number in a cell that can be read from the last row of a class; where there is no room for that, none.
struct LargeNumber {
  private let text: String

  init(_ text: String) { self.text = text }

  /// A share with two digits: .07, 1.0; the sign of what is not finite.
  static func share(_ value: Float?) -> String {
    guard let value else { return "" }
    if let sign = OddValue.large(value) { return sign }
    let text = Words.fixed(Double(abs(value)), 2)
    return (value < 0 && text != "0.00" ? "-" : "")
      + (text.hasPrefix("0") ? String(text.dropFirst()) : String(text.dropLast()))
  }

  func draw(in rect: Rect, on paper: Color, isMarked: Bool, glyphs: GlyphSet, canvas: inout Canvas) {
    let big = glyphs == .unicode && rect.rows >= BigText.rows ? BigText(text) : nil
    guard let big, big.columns + 2 <= rect.columns else {
      if isMarked { frame(rect, on: paper, glyphs: glyphs, canvas: &canvas) }
      return
    }
    let paper = Self.readable(paper)
    canvas.restyle(rect) { $0.background = paper }
    // Nothing is read on hatching.
    if text.hasSuffix("?") || text.hasSuffix("∞") {
      canvas.fill(rect, with: Cell(base: " ", style: Style(background: paper)))
    }
    if isMarked { frame(rect, on: paper, glyphs: glyphs, canvas: &canvas) }
    let style = Style(foreground: paper.contrasting, background: paper)
    if big.hugeColumns + 2 <= rect.columns, rect.rows > BigText.hugeRows {
      big.drawHuge(
        on: &canvas, column: rect.column + (rect.columns - big.hugeColumns) / 2,
        row: rect.row + (rect.rows - BigText.hugeRows) / 2, style: style, glyphs: glyphs)
    } else {
      big.draw(
        on: &canvas, column: rect.column + (rect.columns - big.columns) / 2,
        row: rect.row + (rect.rows - BigText.rows + 1) / 2, style: style)
    }
  }

  /// A colour so far from its ink that digits on it can be read on a poor projector; near the one it was.
  static func readable(_ paper: Color) -> Color {
    let ink = paper.contrasting
    let (black, white) = (Color(0x000000), Color(0xFFFFFF))
    let away = ink.contrast(with: black) > ink.contrast(with: white) ? black : white
    for step in 0...20 {
      let shifted = paper.mixed(with: away, share: Float(step) / 20)
      if ink.contrast(with: shifted) >= Theme.contrast { return shifted }
    }
    return away
  }

  /// The crosshair: bars at both sides.
  private func frame(_ rect: Rect, on paper: Color, glyphs: GlyphSet, canvas: inout Canvas) {
    guard rect.columns >= 2 else { return }
    let (left, right): (Unicode.Scalar, Unicode.Scalar) = glyphs == .unicode ? ("▌", "▐") : ("[", "]")
    for row in rect.row..<rect.endRow {
      for (column, base) in [(rect.column, left), (rect.endColumn - 1, right)] {
        canvas[column, row] = Cell(
          base: base, style: Style(foreground: HeatPainter.cursor, background: paper))
      }
    }
  }
}

/// A statement about the marked pair, beside a picture in presenter mode: two words, what one does to the other, and a number,
/// all large.
struct PairStatement {
  /// The first word, and what it does.
  let word: String
  let verb: String
  let other: String
  /// Nil where there is none to show, as behind a veil.
  let number: String?
  let glyphs: GlyphSet

  static let rows = 13
  private static let narrowest = 28

  /// How wide it has to be for the words and any number, in an area.
  static func columns(_ words: [String], in area: Rect) -> Int {
    let widest = words.compactMap { BigText($0)?.columns }.filter { $0 <= 38 }.max() ?? 0
    return min(max(widest, narrowest), area.columns < 96 ? narrowest : 38)
  }

  /// Where the picture is beside it, and where it is itself; nil where there is no room for one.
  static func split(_ area: Rect, words: [String]) -> (picture: Rect, statement: Rect?) {
    guard area.columns >= 76 else { return (area, nil) }
    let columns = columns(words, in: area)
    return (area.inset(right: columns + 2), area.inset(left: area.columns - columns))
  }

  func draw(in statement: Rect, on canvas: inout Canvas) {
    func draw(_ text: String, row: Int) {
      BigText.draw(
        text, on: &canvas, column: statement.column, row: row, width: statement.columns, style: Style(), glyphs: glyphs)
    }
    draw(word, row: statement.row)
    canvas.draw(
      Words.cut(verb, to: statement.columns, glyphs: glyphs), column: statement.column, row: statement.row + 3,
      style: Style(attributes: .bold), glyphs: glyphs)
    draw(other, row: statement.row + 4)
    guard let number else { return }
    if let big = BigText(number), big.hugeColumns <= statement.columns, statement.rows >= Self.rows {
      big.drawHuge(on: &canvas, column: statement.column, row: statement.row + 7, style: Style(), glyphs: glyphs)
    } else {
      draw(number, row: statement.row + 8)
    }
  }
}
