import Canvas
import Support
import UserInput

/// A canvas as vector graphics: rectangles of colour, and text as text.
///
/// It looks as in a terminal whatever fonts there are: every run of characters is held at its columns, and block
/// elements are rectangles.
public struct SVGPicture {
  /// Pixels of a cell, where nothing else is asked for.
  private static let cellPixels = (width: 10, height: 20)
  /// Units around the picture.
  private static let margin = 8
  private static let baseline = 12
  private static let fonts = "'DejaVu Sans Mono','Liberation Mono',Menlo,Consolas,'Courier New',monospace"

  private let canvas: Canvas
  private let theme: Theme
  private let title: String

  /// - Parameter title: what the picture shows, for those who cannot see it. Untrusted.
  public init(_ canvas: Canvas, theme: Theme, title: String) {
    self.canvas = canvas.painted(theme).withCursor
    self.theme = theme
    self.title = title
  }

  /// The whole file.
  public var text: String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + element + "\n"
  }

  /// The `svg` element alone, as it may stand in a page.
  var element: String {
    var lines = Self.start(canvas.size, theme: theme, title: title)
    lines += content
    lines.append("</svg>")
    return lines.joined(separator: "\n")
  }

  /// What every picture of a size begins with: the paper and its title.
  static func start(_ size: Size, theme: Theme, title: String) -> [String] {
    let width = size.columns * 8 + 2 * margin
    let height = height(size)
    return [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"\(-margin) \(-margin) \(width) \(height)\" "
        + "width=\"\(width * cellPixels.width / 8)\" height=\"\(height * cellPixels.height / 16)\" role=\"img\">",
      "<title>\(escaped(title))</title>",
      "<rect x=\"\(-margin)\" y=\"\(-margin)\" width=\"\(width)\" height=\"\(height)\" "
        + "fill=\"\(theme.background.hexadecimal)\"/>",
    ]
  }

  /// The height of the whole picture, in units.
  static func height(_ size: Size) -> Int { size.rows * 16 + 2 * margin }

  /// What is drawn of cells, to stand in a group with `partAttributes`.
  var part: [String] { areas + texts }

  /// What a group of parts says once for all of them.
  static let partAttributes = "shape-rendering=\"crispEdges\" font-family=\"\(fonts)\" font-size=\"13\""

  /// Rectangles of colour, those of one colour in one path.
  private var areas: [String] {
    Inks(canvas, paper: theme.background).layers.flatMap(\.areas).map { color, rects in
      let path = rects.map { "M\($0.x) \($0.y)h\($0.width)v\($0.height)h-\($0.width)z" }.joined()
      return "<path fill=\"\(color.hexadecimal)\" d=\"\(path)\"/>"
    }
  }

  /// What is drawn on the paper, without the frame around it.
  var content: [String] {
    var lines = ["<g shape-rendering=\"crispEdges\">"]
    lines += areas
    lines += canvas.finePictures.flatMap { self.lines(of: $0) }
    lines.append("</g>")
    lines += canvas.fineCurves.flatMap { self.lines(of: $0) }
    lines.append("<g font-family=\"\(Self.fonts)\" font-size=\"13\">")
    lines += texts
    lines.append("</g>")
    return lines
  }

  /// A picture that is finer than cells, in units of its own: rectangles of one colour, merged in each row.
  private func lines(of picture: FinePicture) -> [String] {
    var paths: [(color: Color, path: String)] = [
      (theme.background, "M0 0h\(picture.columns)v\(picture.rows)h-\(picture.columns)z")
    ]
    var places: [Color: Int] = [:]
    for row in 0..<picture.rows {
      var start = 0
      while start < picture.columns {
        let color = picture.colors[row * picture.columns + start]
        var end = start + 1
        while end < picture.columns, picture.colors[row * picture.columns + end] == color { end += 1 }
        if let color {
          let place = places[color] ?? paths.count
          if place == paths.count {
            places[color] = place
            paths.append((color, ""))
          }
          paths[place].path += "M\(start) \(row)h\(end - start)v1h-\(end - start)z"
        }
        start = end
      }
    }
    let place = "translate(\(picture.column * 8) \(picture.halfRow * 8))"
    let scale =
      "scale(\(Self.decimal(picture.cellColumns * 8, by: picture.columns)) \(Self.decimal(picture.halfRows * 8, by: picture.rows)))"
    return ["<g transform=\"\(place) \(scale)\">"]
      + paths.map { "<path fill=\"\($0.color.hexadecimal)\" d=\"\($0.path)\"/>" } + ["</g>"]
  }

  /// Curves that leave and arrive level, the wider the stronger.
  private func lines(of curves: FineCurves) -> [String] {
    let (left, right, top) = (curves.area.column * 8, curves.area.endColumn * 8, curves.area.row * 16)
    let middle = (left + right) / 2
    func tenths(_ number: Double) -> Int { Int(saturating: number * 10, rule: .toNearestOrAwayFromZero) ?? 0 }
    func row(_ row: Double) -> String { Self.decimal(tenths(row * 16) + top * 10, by: 10) }
    return ["<g fill=\"none\">"]
      + curves.curves.map { curve in
        let (start, end) = (row(curve.start), row(curve.end))
        return
          "<path stroke=\"\(curve.color.hexadecimal)\" stroke-width=\"\(Self.decimal(tenths(0.5 + 2 * curve.strength), by: 10))\" "
          + "d=\"M\(left) \(start)C\(middle) \(start) \(middle) \(end) \(right) \(end)\"/>"
      } + ["</g>"]
  }

  /// A quotient with five decimals.
  private static func decimal(_ number: Int, by divisor: Int) -> String {
    let scaled = number * 100_000 / max(divisor, 1)
    let rest = String(scaled % 100_000)
    return "\(scaled / 100_000)." + String(repeating: "0", count: 5 - rest.count) + rest
  }

  /// What text looks like, beside where it is.
  private struct Look: Hashable {
    var color: Color
    var isBold: Bool

    init(_ style: Style) {
      color = style.foreground
      isBold = style.attributes.contains(.bold)
    }
  }

  /// All text, with what looks alike in one group.
  private var texts: [String] {
    var groups: [(look: Look, elements: [String])] = []
    var places: [Look: Int] = [:]
    for row in 0..<canvas.size.rows {
      var column = 0
      while column < canvas.size.columns {
        let cell = canvas[column, row]
        guard !cell.isContinuation, !cell.isBlank, BlockGlyph(cell.base) == nil else {
          column += 1
          continue
        }
        let look = Look(cell.style)
        let length = cell.isASCII ? asciiRun(column, row) : 1
        let place = places[look] ?? groups.count
        if place == groups.count {
          places[look] = place
          groups.append((look, []))
        }
        groups[place].elements.append(cell.isASCII ? text(column, row, length) : character(column, row))
        column += length
      }
    }
    return groups.map { look, elements in
      "<g fill=\"\(look.color.hexadecimal)\"\(look.isBold ? " font-weight=\"bold\"" : "")>"
        + elements.joined() + "</g>"
    }
  }

  /// How many cells from here on are plain characters that look alike, with single blanks between them.
  private func asciiRun(_ start: Int, _ row: Int) -> Int {
    let look = Look(canvas[start, row].style)
    func continues(_ column: Int) -> Bool {
      column < canvas.size.columns && canvas[column, row].isASCII && Look(canvas[column, row].style) == look
    }
    var end = start + 1
    while continues(end) || end < canvas.size.columns && canvas[end, row].isBlank && continues(end + 1) { end += 1 }
    return end - start
  }

  private func text(_ column: Int, _ row: Int, _ length: Int) -> String {
    let characters = (column..<(column + length)).map { canvas[$0, row].characters }.joined()
    let width = length > 1 ? " textLength=\"\(length * 8)\"" : ""
    return "<text x=\"\(column * 8)\" y=\"\(row * 16 + Self.baseline)\"\(width)>\(escaped(characters))</text>"
  }

  /// A character that many fonts lack, and others draw wider or narrower: in the middle of its cells.
  private func character(_ column: Int, _ row: Int) -> String {
    let columns = canvas[column + 1, row].isContinuation ? 2 : 1
    return "<text x=\"\(column * 8 + columns * 4)\" y=\"\(row * 16 + Self.baseline)\" text-anchor=\"middle\">"
      + escaped(canvas[column, row].characters) + "</text>"
  }
}

extension Canvas {
  /// The picture with its cursor in it, as a block.
  var withCursor: Canvas {
    guard let cursor, contains(cursor) else { return self }
    var result = self
    result.restyle(Rect(column: cursor.column, row: cursor.row, columns: 1, rows: 1)) {
      ($0.foreground, $0.background) = ($0.background, $0.foreground)
    }
    return result
  }
}
