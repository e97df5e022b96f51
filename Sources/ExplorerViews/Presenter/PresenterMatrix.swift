import Canvas
import Explorer
import UserInput

/// A matrix for a class: its cells as large as they go, with numbers where those can be large, and colours alone elsewhere.
struct PresenterMatrix {
  let painter: any ValuePainter
  let names: [String]
  /// Of the rows, where they are others than those of the columns.
  var rowNames: [String]?
  let value: (_ row: Int, _ column: Int) -> Float?
  let text: (_ row: Int, _ column: Int) -> String
  var markedRow: Int?
  var markedColumn: Int?
  var isBottomUp = false
  /// Whether cells of one colour stand apart.
  var hasGaps = false
  /// What is shown in full colours while the rest is faded.
  var spotlight = Presentation.Spotlight.none

  private var glyphs: GlyphSet { painter.appearance.glyphs }

  /// Where everything lies; nil where cells would be too small to be told apart.
  func layout(in area: Rect) -> PresenterMatrixLayout? {
    PresenterMatrixLayout(
      names: names, rowNames: rowNames, isBottomUp: isBottomUp, appearance: painter.appearance, area: area)
  }

  /// Returns false where there is no room for it.
  func draw(in area: Rect, on canvas: inout Canvas) -> Bool {
    guard let layout = layout(in: area) else { return false }
    if layout.hasHalves { drawHalves(layout, on: &canvas) }
    let rowNames = rowNames ?? names
    for row in rowNames.indices {
      let first = layout.rect(row, 0)
      let name = Words.cut(rowNames[row], to: layout.labels - 1, glyphs: glyphs)
      canvas.draw(
        name, column: area.column + layout.labels - 1 - displayWidth(of: name, glyphs: glyphs),
        row: first.row + (first.rows - 1) / 2,
        style: Style(attributes: row == markedRow ? [.bold, .reverse] : .bold), glyphs: glyphs)
      for column in names.indices {
        let rect = layout.rect(row, column)
        if layout.hasHalves, OddValue(value(row, column)) == nil {
          // The cell is drawn; it is too low for a number.
          LargeNumber("").draw(
            in: rect, on: style(row, column).background, isMarked: row == markedRow && column == markedColumn,
            glyphs: glyphs, canvas: &canvas)
        } else {
          draw(row, column, in: rect, on: &canvas)
        }
      }
    }
    for column in names.indices {
      let style = Style(attributes: column == markedColumn ? [.bold, .reverse] : .bold)
      layout.drawKey(names[column], column, style: style, glyphs: glyphs, on: &canvas)
    }
    return true
  }

  private func draw(_ row: Int, _ column: Int, in rect: Rect, on canvas: inout Canvas) {
    painter.fill(
      rect, with: value(row, column), isWritten: glyphs == .unicode && rect.rows >= BigText.rows, on: &canvas)
    let style = style(row, column)
    if isFaded(row, column) { canvas.restyle(rect) { $0 = style } }
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

  private func isFaded(_ row: Int, _ column: Int) -> Bool {
    painter.appearance.hasHeatColors && painter.appearance.presentation != nil
      && (spotlight == .query && row != markedRow || spotlight == .key && column != markedColumn)
  }

  /// The colours of a cell, faded outside of the spotlight.
  private func style(_ row: Int, _ column: Int) -> Style {
    var style = painter.style(value(row, column))
    if isFaded(row, column), let presentation = painter.appearance.presentation {
      style.background = style.background.mixed(with: presentation.theme.background, share: 0.7)
      style.foreground = style.background.contrasting
    }
    return style
  }

  /// The colours of all cells, where these end in the middle of rows.
  private func drawHalves(_ layout: PresenterMatrixLayout, on canvas: inout Canvas) {
    for (row, upper, lower) in layout.halves {
      for column in names.indices {
        let colors = [upper, lower].map { $0.map { style($0, column).background } ?? .standard }
        let isWhole = colors[0] == colors[1]
        let cell = Cell(
          base: isWhole ? " " : "▀",
          style: isWhole ? Style(background: colors[0]) : Style(foreground: colors[0], background: colors[1]))
        let rect = layout.rect(0, column)
        let width = rect.columns - (hasGaps && rect.columns >= 3 ? 1 : 0)
        canvas.fill(Rect(column: rect.column, row: row, columns: width, rows: 1), with: cell)
      }
    }
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
