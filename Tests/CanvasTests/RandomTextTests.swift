import TestSupport
import Testing
import UserInput

@testable import Canvas

@Suite struct RandomTextTests {
  private static let ranges: [ClosedRange<UInt32>] = [
    0...0x9F, 0x20...0x7E, 0xA0...0x36F, 0x600...0x6FF, 0x900...0x97F, 0x1100...0x11FF, 0x2000...0x206F,
    0x2500...0x25FF,
    0x3000...0x33FF, 0x4DB0...0x4E10, 0xD7A0...0xD7FF, 0xFE00...0xFFFF, 0x1F1E6...0x1FAFF, 0xE0000...0xE01FF,
    0...0x10FFFF,
  ]

  private static func text(_ generator: inout SeededGenerator) -> String {
    var scalars = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...24, using: &generator) {
      let range = ranges[Int.random(in: 0..<ranges.count, using: &generator)]
      if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &generator)) { scalars.append(scalar) }
    }
    return String(scalars)
  }

  private static func broken(_ canvas: Canvas) -> String? {
    for row in 0..<canvas.size.rows {
      var column = 0
      while column < canvas.size.columns {
        let cell = canvas[column, row]
        guard let columns = cell.columns, cell.combinesProperly else {
          return "a bad cell at \(column), \(row): \(cell)"
        }
        if columns == 2 && !canvas[column + 1, row].isContinuation { return "half a character at \(column), \(row)" }
        column += columns
      }
      if column != canvas.size.columns { return "half a character at the end of row \(row)" }
    }
    return nil
  }

  @Test(arguments: [UInt64](0..<8)) func anyDrawingKeepsTheCanvasSound(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<60 {
      var canvas = Canvas(
        size: Size(columns: .random(in: 0...30, using: &generator), rows: .random(in: 0...5, using: &generator)))
      for _ in 0..<40 {
        let column = Int.random(in: -12...32, using: &generator)
        let row = Int.random(in: -2...6, using: &generator)
        let text = Self.text(&generator)
        switch Int.random(in: 0..<6, using: &generator) {
        case 0:
          canvas[column, row] = Cell(base: text.unicodeScalars.first ?? "漢")
        case 1:
          canvas.fill(
            Rect(
              column: column, row: row, columns: .random(in: -2...20, using: &generator),
              rows: .random(in: -1...4, using: &generator)),
            with: text.isEmpty ? .continuation(style: .plain) : Cell(base: text.unicodeScalars.first ?? " "))
        default:
          canvas.draw(
            text, column: column, row: row,
            width: Bool.random(using: &generator) ? .max : .random(in: -1...20, using: &generator),
            glyphs: Int.random(in: 0..<4, using: &generator) == 0 ? .ascii : .unicode)
        }
        if let problem = Self.broken(canvas) {
          Issue.record("seed \(seed): \(problem), after \(text.unicodeScalars.map { String($0.value, radix: 16) })")
          return
        }
      }
    }
  }

  @Test(arguments: [UInt64](100..<104), GlyphSet.allCases) func columnsUsedAreTheDisplayWidth(
    seed: UInt64, glyphs: GlyphSet
  ) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<2000 {
      let text = Self.text(&generator)
      var canvas = Canvas(size: Size(columns: 300, rows: 1))
      let used = canvas.draw(text, column: 0, row: 0, glyphs: glyphs)
      let shown = visible(text, glyphs: glyphs)
      #expect(used == displayWidth(of: text, glyphs: glyphs))
      #expect(used == displayWidth(of: shown, glyphs: glyphs))
      #expect(Array(visible(shown, glyphs: glyphs).unicodeScalars) == Array(shown.unicodeScalars))
      #expect(canvas[used, 0] == .blank)
    }
  }
}
