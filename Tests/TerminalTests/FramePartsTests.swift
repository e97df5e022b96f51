import Canvas
import Testing
import UserInput

@testable import Terminal

@Suite struct FramePartsTests {
  private let size = Size(columns: 100, rows: 30)

  private func picture(rows: Range<Int>) -> Canvas {
    var canvas = Canvas(size: size)
    for row in rows {
      for column in 0..<size.columns {
        canvas[column, row] = Cell(base: " ", style: Style(background: Color(UInt32(row * size.columns + column + 1))))
      }
    }
    return canvas
  }

  @Test func nothingNewIsNoPart() {
    let canvas = picture(rows: 3..<9)
    #expect(FrameParts(from: canvas, to: canvas).parts.isEmpty)
    #expect(FrameParts(from: nil, to: canvas).parts == [Array(0..<30)])
    #expect(FrameParts(from: nil, to: Canvas(size: Size(columns: 0, rows: 0))).parts.isEmpty)
  }

  @Test func littleGoesAtOnce() {
    let old = Canvas(size: size)
    var new = picture(rows: 4..<6)
    new.draw("a word", column: 3, row: 20)
    #expect(FrameParts(from: old, to: new).parts == [[4, 5, 20]])
  }

  @Test func textGoesFirstAndEveryRowOnce() {
    let old = Canvas(size: size)
    var new = picture(rows: 2..<25)
    new.draw("above", column: 0, row: 0)
    new.draw("below", column: 0, row: 28)
    let parts = FrameParts(from: old, to: new).parts
    #expect(parts.first == [0, 28])
    #expect(parts.dropFirst().flatMap(\.self) == Array(2..<25))
    // A row of this picture takes about 2,600 bytes.
    #expect(parts.dropFirst().allSatisfy { (1...2).contains($0.count) })
  }

  @Test func muchTextIsOnePart() {
    var new = Canvas(size: size)
    for row in 0..<size.rows {
      for word in 0..<15 {
        new.draw("word", column: 6 * word, row: row, style: Style(foreground: Color(UInt32(word + 1))))
      }
    }
    #expect(FrameParts(from: Canvas(size: size), to: new).parts == [Array(0..<30)])
  }

  @Test func withoutTextThePictureIsTheFirstPart() {
    let parts = FrameParts(from: Canvas(size: size), to: picture(rows: 0..<30)).parts
    #expect(parts.allSatisfy { !$0.isEmpty })
    #expect(parts.flatMap(\.self) == Array(0..<30))
  }
}
