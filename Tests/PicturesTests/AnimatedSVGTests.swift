import Canvas
import Foundation
import Testing
import UserInput

@testable import Pictures

/// A picture that moves shows each picture of a series in its time.
@Suite struct AnimatedSVGTests {
  private static let size = Size(columns: 31, rows: 7)

  private func file(_ canvases: [Canvas], at times: [Double], duration: Double, still: Int? = nil) -> String {
    var writer = AnimatedSVGWriter(title: "t", size: Self.size, theme: .dark)
    for (canvas, time) in zip(canvases, times) { writer.add(PictureFrame(time: time, canvas: canvas)) }
    return writer.text(duration: duration, still: still)
  }

  /// The groups of the strip, picture by picture, as what is drawn in each row.
  private func pictures(in text: String) throws -> [[Int: String]] {
    var rows: [Substring: Substring] = [:]
    for match in text.matches(of: #/<g id="(r\d+)">(.*)</g>\n/#) { rows[match.1] = match.2 }
    return try text.matches(of: #/<g transform="translate\(0 (\d+)\)">(.*)</g>/#).enumerated().map { number, group in
      #expect(Int(group.1) == number * (Self.size.rows * 16 + 16))
      var picture: [Int: String] = [:]
      for use in group.2.matches(of: #/<use href="#(r\d+)" y="(\d+)"/>/#) {
        picture[try #require(Int(use.2)) / 16] = String(try #require(rows[use.1]))
      }
      return picture
    }
  }

  @Test func everyPictureHasItsRows() throws {
    let canvases = (0..<9).map { Sample.random(UInt64($0), size: Self.size) }
    let found = try pictures(in: file(canvases, at: (0..<9).map(Double.init), duration: 9))
    #expect(found.count == 9)
    for (canvas, picture) in zip(canvases, found) {
      let painted = canvas.painted(.dark)
      for row in 0..<Self.size.rows {
        var line = Canvas(size: Size(columns: Self.size.columns, rows: 1))
        for column in 0..<Self.size.columns { line[column, 0] = painted[column, row] }
        #expect(picture[row] ?? "" == SVGPicture(line, theme: .dark, title: "").part.joined())
      }
    }
  }

  @Test func rowsThatLookAlikeAreThereOnce() throws {
    var first = Canvas(size: Self.size)
    first.draw("The cat", column: 2, row: 1)
    first.draw("The cat", column: 2, row: 4)
    var second = first
    second.draw("ran", column: 12, row: 4)
    let text = file([first, second, first], at: [0, 1, 2], duration: 3)
    #expect(text.matches(of: #/<g id="r/#).count == 2)
    #expect(try pictures(in: text).map(\.count) == [2, 2, 2])
  }

  /// The strip stands at each picture from its time on, and jumps.
  @Test func picturesComeInTheirTime() {
    let canvases = (0..<3).map { Sample.random(UInt64($0), size: Self.size) }
    let text = file(canvases, at: [0, 0.5, 4], duration: 7, still: 1)
    #expect(text.contains("animation:play 10s step-end infinite}"))
    #expect(
      text.contains(
        "@keyframes play{0%{transform:translateY(-0px)}5%{transform:translateY(-128px)}40%{transform:translateY(-256px)}}"
      ))
    #expect(text.contains(".strip{transform:translateY(-128px);"))
    #expect(text.contains("@media (prefers-reduced-motion:reduce){.strip{animation:none}}"))
    #expect(file(canvases, at: [0, 1, 2], duration: 3).contains(".strip{transform:translateY(-256px);"))
  }

  @Test(arguments: Sample.hostile) func untrustedTextStaysText(text: String) throws {
    var canvas = Canvas(size: Self.size)
    canvas.draw(text, column: 0, row: 0)
    var writer = AnimatedSVGWriter(title: text, size: Self.size, theme: .light)
    writer.add(PictureFrame(time: 0, canvas: canvas))
    let names = try SVGDocument(writer.text(duration: 1))
    #expect(names.elements.isSubset(of: ["svg", "title", "style", "rect", "defs", "g", "use", "path", "text"]))
    let rest = writer.text(duration: 1).replacing("http://www.w3.org/2000/svg", with: "").replacing(
      "href=\"#", with: "")
    for word in ["http:", "https:", "href=", "url(", "@import", "<script"] { #expect(!rest.contains(word)) }
  }

  @Test func aSeriesWithoutPicturesIsPaper() throws {
    let names = try SVGDocument(file([], at: [], duration: 0))
    #expect(names.elements.contains("rect"))
  }
}
