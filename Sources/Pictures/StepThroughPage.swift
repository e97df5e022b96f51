import Canvas
import JSON
import Support
import UserInput

/// Pictures as one page to step through with the keyboard, that needs nothing but itself, written one after the other.
///
/// Without scripts it shows all pictures, one below the other. Rows of pictures that look alike are there once, so that a
/// long session stays small, here and in the page. On paper it is a hand-out, where it is given pages for that.
public struct StepThroughWriter {
  private let title: String
  private let theme: Theme
  private let size: Size
  private var coding: PictureCoding
  private var count = 0
  private var handout: HandoutWriter
  private var marks: [(frame: Int, title: String, time: Double)] = []

  /// - Parameter title: untrusted.
  public init(title: String, size: Size, theme: Theme) {
    self.title = title
    self.theme = theme
    self.size = size
    coding = PictureCoding(theme: theme)
    handout = HandoutWriter(title: title)
  }

  /// What the page begins with.
  public var start: String {
    PageFrame(title: title, theme: theme, policy: PageFrame.ownScript, style: style, styleWithoutScripts: plainStyle)
      .start + """
        <main>
        <h1>\(escaped(title))</h1>
        <div id="picture"></div>
        <p id="caption" aria-live="polite"></p>
        <p id="controls" hidden>
        <button type="button" id="back">&#9664;</button>
        <span id="place"></span>
        <button type="button" id="forward">&#9654;</button>
        <span class="keys">Right or Space: on; Left: back; [ and ]: marks; Home and End</span>
        </p>
        <details id="words" hidden><summary>The same as text</summary>
        <pre id="text"></pre></details>

        """
  }

  /// A picture: for the script, and for those who do without.
  public mutating func text(of frame: PictureFrame) -> String {
    if let mark = frame.mark { marks.append((count, mark, frame.time)) }
    count += 1
    let canvas = frame.canvas.painted(theme).withCursor
    let (data, rows, new) = coding.code(canvas, frame)
    return """
      <script type="application/json" class="data">\(embedded(json: data))</script>
      <noscript><section id="p\(count)">
      <h3>\(count), \(clock(frame.time))\(frame.mark.map { ": \(escaped($0))" } ?? "")</h3>
      \(frame.note.map { "<p class=\"note\">\(Self.lines($0, escaped))</p>" } ?? "")
      \(picture(rows, defining: new))
      </section></noscript>

      """
  }

  /// A page for paper.
  public mutating func text(of sheet: HandoutSheet) -> String { handout.text(of: sheet) }

  /// A picture put together from rows, some of which are defined in it.
  private func picture(_ rows: [Int], defining new: [(number: Int, content: [String])]) -> String {
    var lines = SVGPicture.start(size, theme: theme, title: "picture \(count)")
    if !new.isEmpty {
      lines.append("<defs>")
      for (number, content) in new { lines.append("<g id=\"r\(number)\">\(content.joined())</g>") }
      lines.append("</defs>")
    }
    lines.append(
      rows.enumerated().map { row, number in "<use href=\"#r\(number)\" y=\"\(row * 16)\"/>" }.joined())
    lines.append("</svg>")
    return lines.joined(separator: "\n")
  }

  /// What the page ends with.
  public func end() -> String {
    let list = marks.map { mark in
      "<li><a href=\"#p\(mark.frame + 1)\" data-frame=\"\(mark.frame)\">\(escaped(mark.title))</a> \(clock(mark.time))</li>"
    }
    return """
      \(list.isEmpty ? "" : "<nav><h2>Marks</h2>\n<ol>\n\(list.joined(separator: "\n"))\n</ol></nav>")
      \(handout.end)</main>
      <script nonce="headscope">
      \(StepThroughScript.text)
      </script>
      \(PageFrame.end)
      """
  }

  /// Text that may have several lines.
  static func lines(_ text: String, _ made: (String) -> String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { made(String($0)) }.joined(separator: "\n")
  }

  private var style: String {
    """
    main { display: flex; flex-direction: column; max-width: 120em; margin: 0 auto; padding: 0 1em; }
    h1 { font-size: 1.2em; } h2, h3 { font-size: 1em; }
    button, a { font: inherit; color: inherit; background: none; border: 1px solid \(theme.faint.hexadecimal);
      border-radius: 4px; padding: 2px 10px; cursor: pointer; text-decoration: none; }
    [aria-current] { background: \(theme.foreground.hexadecimal); color: \(theme.background.hexadecimal); }
    #caption { min-height: 1.4em; white-space: pre-line; }
    .keys, li { color: \(theme.faint.hexadecimal); } li { margin: 6px 0; } li a { color: \(theme.foreground.hexadecimal); }
    \(HandoutWriter.style)
    """
  }

  /// Without scripts, the list of marks comes before all the pictures.
  private var plainStyle: String {
    "nav { order: -1; } h1 { order: -2; } #picture, #caption { display: none; } .note { white-space: pre-line; }"
  }
}

/// A short series of pictures as such a page, in one piece.
public struct StepThroughPage {
  /// The whole HTML file.
  public let text: String

  /// Writes all frames of a series, in the colours of a theme.
  public init(_ series: PictureSeries, theme: Theme) {
    var writer = StepThroughWriter(title: series.title, size: series.size, theme: theme)
    text = writer.start + series.frames.map { writer.text(of: $0) }.joined() + writer.end()
  }
}

/// Pictures as data for the page's script: with each one comes what was not there before.
private struct PictureCoding {
  /// Which row it is; two that differ have, as good as certainly, different ones.
  private struct RowKey: Hashable {
    private let halves: SIMD2<Int>

    init(_ cells: [Cell]) {
      func hash(_ half: Int) -> Int {
        var hasher = Hasher()
        hasher.combine(half)
        hasher.combine(cells)
        return hasher.finalize()
      }
      halves = [hash(0), hash(1)]
    }
  }

  private let theme: Theme
  private var styles: [Style: Int] = [:]
  /// The cells of a row are not kept: a long session has many.
  private var rows: [RowKey: Int] = [:]
  private var glyphs: Set<UInt32> = []

  /// What has come with the present picture.
  private var newStyles: [JSONValue] = []
  private var newRows: [JSONValue] = []
  private var newGlyphs: [(JSONString, JSONValue)] = []
  private var newContents: [(number: Int, content: [String])] = []

  init(theme: Theme) { self.theme = theme }

  /// - Parameter canvas: painted.
  /// - Returns: the data; the numbers of all rows; and those that are new, as vector graphics.
  mutating func code(
    _ canvas: Canvas, _ frame: PictureFrame
  ) -> (data: String, rows: [Int], new: [(number: Int, content: [String])]) {
    (newStyles, newRows, newGlyphs, newContents) = ([], [], [], [])
    let numbers = (0..<canvas.size.rows).map { row($0, of: canvas) }
    var members: [(JSONString, JSONValue)] = [
      ("t", .number((frame.time * 10).rounded() / 10)), ("rows", .array(numbers.map { .integer($0) })),
    ]
    if let mark = frame.mark { members.append(("mark", JSONValue(visible(mark)))) }
    if let note = frame.note { members.append(("note", JSONValue(StepThroughWriter.lines(note) { visible($0) }))) }
    let value: JSONValue = [
      "columns": .integer(canvas.size.columns), "styles": .array(newStyles), "glyphs": .object(JSONObject(newGlyphs)),
      "rows": .array(newRows), "frame": .object(JSONObject(members)),
    ]
    return (value.serialized(), numbers, newContents)
  }

  /// The number of a row: a list of runs `[style, characters]`, one character a column, and of single cells
  /// `[style, characters, columns]`.
  private mutating func row(_ row: Int, of canvas: Canvas) -> Int {
    let cells = (0..<canvas.size.columns).map { canvas[$0, row] }
    let key = RowKey(cells)
    if let known = rows[key] { return known }
    var runs: [JSONValue] = []
    var text = ""
    var current = -1
    func finish() {
      if !text.isEmpty { runs.append(.array([.integer(current), JSONValue(text)])) }
      text = ""
    }
    for (column, cell) in cells.enumerated() where !cell.isContinuation {
      let style = number(of: cell.style)
      note(cell.base)
      let isWide = column + 1 < cells.count && cells[column + 1].isContinuation
      if isWide || cell.combining.x != 0 || cell.base > 0xFFFF {
        finish()
        runs.append(.array([.integer(style), JSONValue(cell.characters), .integer(isWide ? 2 : 1)]))
        continue
      }
      if style != current { finish() }
      current = style
      text += cell.characters
    }
    finish()
    var line = Canvas(size: Size(columns: canvas.size.columns, rows: 1))
    for (column, cell) in cells.enumerated() { line[column, 0] = cell }
    let number = rows.count
    rows[key] = number
    newRows.append(.array(runs))
    newContents.append((number, SVGPicture(line, theme: theme, title: "").content))
    return number
  }

  /// The number of a look: `[foreground, background, bold 1 + underline 2]`.
  private mutating func number(of style: Style) -> Int {
    if let known = styles[style] { return known }
    let flags = (style.attributes.contains(.bold) ? 1 : 0) + (style.attributes.contains(.underline) ? 2 : 0)
    let number = styles.count
    styles[style] = number
    newStyles.append(
      .array([JSONValue(style.foreground.hexadecimal), JSONValue(style.background.hexadecimal), .integer(flags)]))
    return number
  }

  /// Block elements are drawn from what is known of them here: `[share, [x, y, width, height] ...]`.
  private mutating func note(_ base: UInt32) {
    guard !glyphs.contains(base), let glyph = BlockGlyph(base) else { return }
    glyphs.insert(base)
    newGlyphs.append(
      (
        JSONString("\(base)"),
        .array(
          [.number(Double(glyph.share))]
            + glyph.parts.map { .array([.integer($0.x), .integer($0.y), .integer($0.width), .integer($0.height)]) })
      ))
  }
}
