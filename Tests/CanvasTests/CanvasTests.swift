import Testing
import UserInput

@testable import Canvas

@Suite struct CanvasTests {
  @Test func textIsDrawnWhereItFits() {
    var canvas = Canvas(size: Size(columns: 8, rows: 3))
    #expect(canvas.draw("The cat", column: 1, row: 0) == 7)
    #expect(canvas.draw("ran over", column: 4, row: 1) == 4)
    #expect(canvas.draw("there", column: -2, row: 2) == 5)
    #expect(canvas.text == " The cat\n    ran\nere")
  }

  @Test func widthCutsText() {
    var canvas = Canvas(size: Size(columns: 10, rows: 1))
    #expect(canvas.draw("The cat ran", column: 0, row: 0, width: 5) == 5)
    #expect(canvas.draw("x", column: 6, row: 0, width: 0) == 0)
    #expect(canvas.draw("x", column: 6, row: 0, width: -3) == 0)
    #expect(canvas.text == "The c")
  }

  @Test func outsideNothingIsDrawn() {
    var canvas = Canvas(size: Size(columns: 4, rows: 2))
    for (column, row) in [(0, -1), (0, 2), (4, 0), (.max, 0), (.min, 0), (0, .max), (0, .min)] {
      canvas.draw("abc", column: column, row: row)
      canvas[column, row] = Cell(base: "x")
      #expect(canvas[column, row] == .blank)
    }
    canvas.fill(Rect(column: .max, row: .max, columns: .max, rows: .max), with: Cell(base: "x"))
    canvas.fill(Rect(column: .min, row: .min, columns: .max, rows: .max), with: Cell(base: "x"))
    canvas.fill(Rect(column: 1, row: 1, columns: -5, rows: 7), with: Cell(base: "x"))
    canvas.restyle(Rect(column: .max, row: 0, columns: .max, rows: 1)) { $0.attributes = .bold }
    #expect(canvas == Canvas(size: Size(columns: 4, rows: 2)))
  }

  @Test func fillAndRestyleStayInside() {
    var canvas = Canvas(size: Size(columns: 4, rows: 3))
    canvas.fill(Rect(column: -3, row: 1, columns: 5, rows: .max), with: Cell(base: "#"))
    #expect(canvas.text == "\n##\n##")
    canvas.restyle(Rect(column: 1, row: -1, columns: 9, rows: 3)) { $0.attributes.insert(.reverse) }
    #expect(canvas[1, 1] == Cell(base: "#", style: Style(attributes: .reverse)))
    #expect(canvas[0, 1] == Cell(base: "#"))
    #expect(canvas[3, 0].style.attributes == .reverse)
  }

  @Test(arguments: [Size(columns: 0, rows: 0), Size(columns: -4, rows: 9), Size(columns: 9, rows: 0)])
  func canvasWithoutCells(size: Size) {
    var canvas = Canvas(size: size)
    canvas.draw("漢字", column: 0, row: 0)
    canvas.fill(Rect(size), with: Cell(base: "x"))
    canvas[0, 0] = Cell(base: "x")
    #expect(canvas.cells.isEmpty)
  }

  @Test func hugeSizesAreCut() {
    #expect(Canvas(size: Size(columns: .max, rows: 1)).size == Size(columns: Canvas.longestSide, rows: 1))
  }

  // MARK: - Wide and combining characters

  @Test func wideCharactersTakeTwoCells() {
    var canvas = Canvas(size: Size(columns: 6, rows: 1))
    #expect(canvas.draw("漢a字", column: 0, row: 0) == 5)
    #expect(canvas.cells.map(\.base) == [0x6F22, 0, 0x61, 0x5B57, 0, 0x20])
    #expect(canvas.text == "漢a字")
  }

  @Test func halfOfAWideCharacterIsBlanked() {
    for (column, expected) in [(0, "x 字"), (1, " x字"), (2, "漢x"), (3, "漢 x")] {
      var canvas = Canvas(size: Size(columns: 4, rows: 1))
      canvas.draw("漢字", column: 0, row: 0)
      canvas.draw("x", column: column, row: 0)
      #expect(canvas.text == expected)
    }
    var canvas = Canvas(size: Size(columns: 4, rows: 1))
    canvas.draw("漢字", column: 0, row: 0)
    canvas[1, 0] = Cell(base: "語")
    #expect(canvas.cells.map(\.base) == [0x20, 0x8A9E, 0, 0x20])
  }

  @Test func wideCharactersAreNotCutInHalf() {
    var canvas = Canvas(size: Size(columns: 3, rows: 1))
    #expect(canvas.draw("漢字", column: 0, row: 0) == 2)
    #expect(canvas.text == "漢")
    canvas = Canvas(size: Size(columns: 3, rows: 1))
    #expect(canvas.draw("漢字", column: -1, row: 0) == 4)
    #expect(canvas.text == " 字")
    canvas[2, 0] = Cell(base: "漢")
    #expect(canvas.cells.map(\.base) == [0x20, 0x20, 0x20])
    #expect(canvas.draw("漢", column: 0, row: 0, width: 1) == 0)
  }

  @Test func fillingWithWideCharacters() {
    var canvas = Canvas(size: Size(columns: 5, rows: 2))
    canvas.fill(Rect(canvas.size), with: Cell(base: "漢"))
    #expect(canvas.text == "漢漢\n漢漢")
    canvas.fill(Rect(column: 1, row: 0, columns: 2, rows: 1), with: Cell(base: "-"))
    #expect(canvas.text(row: 0) == " --  ")
  }

  @Test func secondHalvesDoNotStandAlone() {
    var canvas = Canvas(size: Size(columns: 3, rows: 1))
    canvas.draw("abc", column: 0, row: 0)
    canvas[1, 0] = .continuation(style: Style(attributes: .bold))
    #expect(canvas[1, 0] == Cell(base: " ", style: Style(attributes: .bold)))
    canvas.fill(Rect(canvas.size), with: .continuation(style: .plain))
    #expect(canvas == Canvas(size: canvas.size))
  }

  @Test func combiningCharactersJoinTheCellBefore() {
    var canvas = Canvas(size: Size(columns: 4, rows: 1))
    #expect(canvas.draw("e\u{301}\u{323}\u{302}x", column: 0, row: 0) == 2)
    #expect(canvas[0, 0].combining == SIMD2(0x301, 0x323))
    #expect(canvas.draw("\u{301}x", column: 0, row: 0) == 2)
    #expect(canvas.text == "\u{25CC}\u{301}x")
  }

  @Test(arguments: ["\u{1B}", "\n", "\u{9B}", "\u{301}", "\u{200B}", "\u{202E}", "\u{E000}"] as [Unicode.Scalar])
  func whatATerminalObeysGetsIntoNoCell(scalar: Unicode.Scalar) {
    var canvas = Canvas(size: Size(columns: 2, rows: 1))
    canvas[0, 0] = Cell(base: scalar)
    var cell = Cell(base: "x")
    cell.combining.y = 0x1B
    canvas[1, 0] = cell
    #expect(canvas.text == "\u{FFFD}\u{FFFD}")
    canvas.fill(Rect(canvas.size), with: Cell(base: scalar))
    #expect(canvas.text == "\u{FFFD}\u{FFFD}")
  }

  @Test func cellsAreSmall() {
    #expect(MemoryLayout<Cell>.stride <= 24)
  }
}
