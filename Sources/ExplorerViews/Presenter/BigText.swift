import Canvas
import Explorer

/// Text drawn from block glyphs, three rows high, readable from the last row of a class.
struct BigText {
  static let rows = 3

  private let glyphs: [BigGlyph]

  /// Nil where a character has no large form.
  init?(_ text: String) {
    var glyphs: [BigGlyph] = []
    for character in text {
      guard let glyph = BigGlyph.all[character] else { return nil }
      glyphs.append(glyph)
    }
    self.glyphs = glyphs
  }

  /// In columns, at 1; a scale of 2 doubles it.
  var columns: Int { max(glyphs.reduce(0) { $0 + $1.width + 1 } - 1, 0) }

  /// Two dots a cell, one above the other.
  func draw(on canvas: inout Canvas, column: Int, row: Int, style: Style) {
    var place = column
    for glyph in glyphs {
      for x in 0..<glyph.width {
        for line in 0..<BigText.rows {
          let base: Unicode.Scalar? =
            switch (glyph[x, line * 2], glyph[x, line * 2 + 1]) {
            case (true, true): "█"
            case (true, false): "▀"
            case (false, true): "▄"
            case (false, false): nil
            }
          if let base { canvas[place + x, row + line] = Cell(base: base, style: style) }
        }
      }
      place += glyph.width + 1
    }
  }

  /// Twice as large: a dot is two columns and one row. Without the line for descenders, five rows.
  func drawHuge(on canvas: inout Canvas, column: Int, row: Int, style: Style, glyphs set: GlyphSet) {
    var place = column
    for glyph in glyphs {
      for x in 0..<glyph.width {
        for y in 0..<6 where glyph[x, y] {
          for half in 0..<2 {
            canvas[place + x * 2 + half, row + y] = Cell(base: set == .unicode ? "█" : "#", style: style)
          }
        }
      }
      place += (glyph.width + 1) * 2
    }
  }

  var hugeColumns: Int { columns * 2 }
  static let hugeRows = 5

  /// Draws text as large as it fits: from block glyphs, else as it is. Returns whether it is large.
  @discardableResult
  static func draw(
    _ text: String, on canvas: inout Canvas, column: Int, row: Int, width: Int, style: Style, glyphs: GlyphSet
  ) -> Bool {
    if glyphs == .unicode, let big = BigText(text), big.columns <= width {
      big.draw(on: &canvas, column: column, row: row, style: Style(foreground: style.foreground))
      return true
    }
    canvas.draw(
      Words.cut(text, to: width, glyphs: glyphs), column: column, row: row + 1,
      style: Style(foreground: style.foreground, attributes: .bold), glyphs: glyphs)
    return false
  }
}

/// A character as dots, up to six high, the sixth for what hangs below the line.
struct BigGlyph {
  let width: Int
  private let dots: [[Bool]]

  private init(_ drawing: Substring) {
    dots = drawing.split(separator: "/", omittingEmptySubsequences: false).map { $0.map { $0 == "#" } }
    width = dots.map(\.count).max() ?? 0
  }

  subscript(x: Int, y: Int) -> Bool { y < dots.count && x < dots[y].count && dots[y][x] }

  static let all: [Character: BigGlyph] = {
    var all: [Character: BigGlyph] = [" ": BigGlyph("..")]
    for entry in drawings.split(whereSeparator: \.isWhitespace) {
      guard let character = entry.first else { continue }
      all[character] = BigGlyph(entry.dropFirst(2))
    }
    return all
  }()

  /// A character, a colon, and its rows from the top.
  private static let drawings = """
    0:###/#.#/#.#/#.#/### 1:.#./##./.#./.#./### 2:###/..#/###/#../### 3:###/..#/.##/..#/### 4:#.#/#.#/###/..#/..#
    5:###/#../###/..#/### 6:###/#../###/#.#/### 7:###/..#/..#/.#./.#. 8:###/#.#/###/#.#/### 9:###/#.#/###/..#/###
    A:.#./#.#/###/#.#/#.# B:##./#.#/##./#.#/##. C:.##/#../#../#../.## D:##./#.#/#.#/#.#/##. E:###/#../##./#../###
    F:###/#../##./#../#.. G:.###/#.../#.##/#..#/.### H:#.#/#.#/###/#.#/#.# I:###/.#./.#./.#./### J:..#/..#/..#/#.#/.#.
    K:#.#/#.#/##./#.#/#.# L:#../#../#../#../### M:#...#/##.##/#.#.#/#...#/#...# N:#..#/##.#/#.##/#..#/#..#
    O:.##./#..#/#..#/#..#/.##. P:##./#.#/##./#../#.. Q:.##./#..#/#..#/#.#./.#.# R:##./#.#/##./#.#/#.#
    S:.##/#../.#./..#/##. T:###/.#./.#./.#./.#. U:#.#/#.#/#.#/#.#/### V:#.#/#.#/#.#/#.#/.#.
    W:#...#/#...#/#.#.#/##.##/#...# X:#.#/#.#/.#./#.#/#.# Y:#.#/#.#/.#./.#./.#. Z:###/..#/.#./#../###
    a:.../.##/#.#/#.#/.## b:#../##./#.#/#.#/##. c:.../.##/#../#../.## d:..#/.##/#.#/#.#/.## e:.../.#./###/#../.##
    f:.##/.#./###/.#./.#. g:.../.##/#.#/.##/..#/##. h:#../##./#.#/#.#/#.# i:#/./#/#/# j:.#/../.#/.#/.#/#.
    k:#../#.#/##./#.#/#.# l:#./#./#./#./.# m:...../####./#.#.#/#.#.#/#.#.# n:.../##./#.#/#.#/#.#
    o:.../.#./#.#/#.#/.#. p:.../##./#.#/#.#/##./#.. q:.../.##/#.#/#.#/.##/..# r:../##/#./#./#. s:.../.##/#../..#/##.
    t:.#./###/.#./.#./..# u:.../#.#/#.#/#.#/.## v:.../#.#/#.#/#.#/.#. w:...../#...#/#.#.#/#.#.#/.#.#. x:.../#.#/.#./.#./#.#
    y:.../#.#/#.#/.##/..#/##. z:.../###/..#/#../### [:##/#./#./#./## ]:##/.#/.#/.#/## (:.#/#./#./#./.# ):#./.#/.#/.#/#.
    .:././././# ,:../../../../.#/#. -:.../.../### +:.../.#./###/.#. =:.../###/.../### /:..#/..#/.#./#../#..
    ·:./././#/. √:...##/...#./...#./#.#../.#... →:...../...#./#####/...#. %:#.#/..#/.#./#../#.# ':#/#
    !:#/#/#/./# ?:##./..#/.#./.../.#. ::./#/./# _:..././././### <:..#/.#./#../.#./..# >:#../.#./..#/.#./#..
    *:.../#.#/.#./#.# ×:.../#.#/.#./#.# #:.#.#./#####/.#.#./#####/.#.#. ᵀ:###/.#./.#. Σ:###/#../.#./#../### ÷:.#./.../###/.../.#. |:#/#/#/#/# ∞:...../.#.#./#.#.#/.#.#.
    """
}
