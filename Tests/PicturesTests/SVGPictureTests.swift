import Canvas
import Foundation
import FoundationXML
import Testing
import UserInput

@testable import Pictures

@Suite struct SVGPictureTests {
  /// Fills a grid of units from the rectangles of the file, and compares it with the cells one by one.
  @Test(arguments: Theme.all, 0..<8) func everyUnitHasItsColour(theme: Theme, seed: Int) throws {
    let canvas = Sample.random(UInt64(seed)).painted(theme)
    let document = try SVGDocument(SVGPicture(canvas, theme: theme, title: "").text)
    let width = canvas.size.columns * 8
    var units = [Color](repeating: theme.background, count: width * canvas.size.rows * 16)
    for (rect, color) in document.areas {
      for y in rect.y..<(rect.y + rect.height) {
        for x in rect.x..<(rect.x + rect.width) { units[y * width + x] = color }
      }
    }
    var wrong = 0
    for row in 0..<canvas.size.rows {
      for column in 0..<canvas.size.columns {
        let cell = canvas[column, row]
        let glyph = BlockGlyph(cell.base)
        for y in 0..<16 {
          for x in 0..<8 {
            var expected = cell.style.background
            let isInked = glyph?.parts.contains {
              x >= $0.x && x < $0.x + $0.width && y >= $0.y && y < $0.y + $0.height
            }
            if isInked == true { expected = expected.mixed(with: cell.style.foreground, share: glyph?.share ?? 1) }
            if y == 14, cell.style.attributes.contains(.underline) { expected = cell.style.foreground }
            if units[(row * 16 + y) * width + column * 8 + x] != expected { wrong += 1 }
          }
        }
      }
    }
    #expect(wrong == 0)
  }

  /// What is finer than cells has rectangles of its own over them, scaled to where it lies.
  @Test func whatIsFinerThanCellsIsDrawn() throws {
    var canvas = Canvas(size: Size(columns: 10, rows: 4))
    let (red, blue) = (Color(0xFF0000), Color(0x0000FF))
    canvas.add(
      FinePicture(
        column: 2, halfRow: 3, cellColumns: 4, halfRows: 2, columns: 3,
        colors: [red, red, blue, nil, blue, blue, red, nil, red]))
    #expect(canvas.painted(.dark).finePictures == canvas.finePictures)
    let text = SVGPicture(canvas, theme: .dark, title: "").text
    _ = try SVGDocument(text)
    #expect(text.contains("translate(16 24) scale(10.66666 5.33333)"))
    #expect(text.contains(#"d="M0 0h2v1h-2zM0 2h1v1h-1zM2 2h1v1h-1z""#))
    #expect(text.contains(#"d="M2 0h1v1h-1zM1 1h2v1h-2z""#))
    canvas.removeFinePictures()
    #expect(!SVGPicture(canvas, theme: .dark, title: "").text.contains("translate"))
  }

  @Test(arguments: 0..<40) func textStandsInItsColumns(seed: Int) throws {
    let canvas = Sample.random(UInt64(seed))
    let document = try SVGDocument(SVGPicture(canvas, theme: .dark, title: "").text)
    var found = Canvas(size: canvas.size)
    for text in document.texts {
      let width = displayWidth(of: text.characters)
      let column = text.isCentred ? (text.x - width * 4) / 8 : text.x / 8
      found.draw(text.characters, column: column, row: text.y / 16)
      if let length = text.length { #expect(length == width * 8) }
    }
    for row in 0..<canvas.size.rows {
      for column in 0..<canvas.size.columns where BlockGlyph(canvas[column, row].base) == nil {
        var cell = canvas[column, row]
        cell.style = .plain
        #expect(found[column, row] == cell, "at \(column), \(row)")
      }
    }
  }

  @Test func equalCellsAreOneRectangle() {
    var canvas = Canvas(size: Size(columns: 10, rows: 4))
    canvas.fill(Rect(column: 2, row: 1, columns: 4, rows: 2), with: Cell(base: " ", style: Style(background: Color(1))))
    canvas.fill(Rect(column: 6, row: 1, columns: 2, rows: 1), with: Cell(base: "▄", style: Style(foreground: Color(1))))
    let areas = Inks(canvas.painted(.dark), paper: Theme.dark.background).layers.flatMap(\.areas)
    #expect(areas.count == 1)
    #expect(areas.first?.rects.count == 3)
  }

  @Test(arguments: Sample.hostile) func untrustedTextStaysText(text: String) throws {
    var canvas = Canvas(size: Size(columns: 60, rows: 2))
    canvas.draw(text, column: 0, row: 0)
    let document = try SVGDocument(SVGPicture(canvas, theme: .light, title: text).text)
    #expect(document.title == visible(text))
    #expect(document.elements.isSubset(of: ["svg", "title", "rect", "g", "path", "text"]))
    let page = HTMLPicture(canvas, theme: .light, title: text).text
    #expect(!page.contains("<script") && !page.contains("<img"))
    #expect(page.contains("default-src 'none'"))
    #expect(!page.contains("script-src"))
  }

  /// Pages load nothing: the only address in them is the name of SVG's namespace.
  @Test func pagesNeedNoNetwork() {
    var series = PictureSeries(title: "t", size: Size(columns: 31, rows: 7))
    series.append(PictureFrame(time: 0, canvas: Sample.random(1), mark: "m"))
    for page in [
      HTMLPicture(Sample.random(1), theme: .dark, title: "t").text, StepThroughPage(series, theme: .dark).text,
    ] {
      // What is referred to is in the page itself.
      let rest = page.replacing("http://www.w3.org/2000/svg", with: "").replacing("href=\"#", with: "")
      for word in ["http:", "https:", "src=", "href=", "url(", "@import", "fetch("] {
        #expect(!rest.contains(word), "\(word)")
      }
    }
  }
}

/// An SVG file, read by an XML parser that stops at every mistake.
final class SVGDocument: NSObject, XMLParserDelegate {
  struct Text {
    var x: Int
    var y: Int
    var length: Int?
    var isCentred: Bool
    var characters = ""
  }

  private(set) var areas: [(rect: UnitRect, color: Color)] = []
  private(set) var texts: [Text] = []
  private(set) var title = ""
  private(set) var elements: Set<String> = []
  private var open: [String] = []

  init(_ text: String) throws {
    super.init()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = self
    guard parser.parse() else { throw parser.parserError ?? CocoaError(.fileReadCorruptFile) }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    open.append(name)
    elements.insert(name)
    switch name {
    case "path":
      let color = Color(UInt32(attributes["fill"]?.dropFirst() ?? "", radix: 16) ?? 0)
      for part in (attributes["d"] ?? "").split(separator: "M") {
        let numbers = part.split { !$0.isNumber }.compactMap { Int($0) }
        areas.append((UnitRect(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3]), color))
      }
    case "text":
      texts.append(
        Text(
          x: Int(attributes["x"] ?? "") ?? -1, y: Int(attributes["y"] ?? "") ?? -1,
          length: attributes["textLength"].flatMap { Int($0) }, isCentred: attributes["text-anchor"] == "middle"))
    default: break
    }
  }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    open.removeLast()
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    switch open.last {
    case "title": title += string
    case "text": texts[texts.count - 1].characters += string
    default: break
    }
  }
}
