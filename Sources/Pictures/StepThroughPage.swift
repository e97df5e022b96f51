import Canvas
import JSON

/// A series of pictures as one page to step through with the keyboard, that needs nothing but itself.
///
/// Without scripts it shows the first picture and the list of marks.
public struct StepThroughPage {
  private let series: PictureSeries
  private let theme: Theme

  public init(_ series: PictureSeries, theme: Theme) {
    self.series = series
    self.theme = theme
  }

  public var text: String {
    let first = series.frames.first?.canvas ?? Canvas(size: series.size)
    let marks = series.frames.enumerated().compactMap { index, frame in
      frame.mark.map {
        "<li><button type=\"button\" data-frame=\"\(index)\">\(escaped($0))</button> \(Self.clock(frame.time))</li>"
      }
    }
    return PageFrame(title: series.title, theme: theme, policy: PageFrame.ownScript, style: style).page(
      """
      <main>
      <h1>\(escaped(series.title))</h1>
      <div id="picture">
      \(SVGPicture(first, theme: theme, title: series.title).element)
      </div>
      <noscript><p>This is the first of \(series.frames.count) pictures; to step through them, scripts have to be allowed \
      for this page. It loads nothing from a network.</p></noscript>
      <p id="caption" aria-live="polite"></p>
      <p id="controls" hidden>
      <button type="button" id="back">&#9664;</button>
      <span id="place"></span>
      <button type="button" id="forward">&#9654;</button>
      <span class="keys">Right or Space: on; Left: back; [ and ]: marks; Home and End</span>
      </p>
      \(marks.isEmpty ? "" : "<h2>Marks</h2>\n<ol>\n\(marks.joined(separator: "\n"))\n</ol>")
      <details><summary>The same as text</summary>
      <pre id="text">\(PageFrame.preformatted(first))</pre></details>
      </main>
      <script type="application/json" id="series">\(embedded(json: SeriesCoding(series, theme: theme).json))</script>
      <script nonce="headscope">
      \(StepThroughScript.text)
      </script>
      """)
  }

  /// Minutes and seconds.
  private static func clock(_ seconds: Double) -> String {
    let whole = Int(min(max(seconds, 0), 1e9))
    return "\(whole / 60):" + (whole % 60 < 10 ? "0" : "") + "\(whole % 60)"
  }

  private var style: String {
    """
    main { max-width: 120em; margin: 0 auto; padding: 0 1em; }
    h1 { font-size: 1.2em; } h2 { font-size: 1em; }
    button { font: inherit; color: inherit; background: none; border: 1px solid \(theme.faint.hexadecimal);
      border-radius: 4px; padding: 2px 10px; cursor: pointer; }
    button[aria-current] { background: \(theme.foreground.hexadecimal); color: \(theme.background.hexadecimal); }
    #caption { min-height: 1.4em; white-space: pre-line; }
    .keys, li { color: \(theme.faint.hexadecimal); } li { margin: 4px 0; } li button { color: \(theme.foreground.hexadecimal); }
    """
  }
}

/// A series as data for the page's script. Rows that look alike are there once.
struct SeriesCoding {
  private var styles: [Style: Int] = [:]
  private var styleList: [JSONValue] = []
  private var rows: [[Cell]: Int] = [:]
  private var rowList: [JSONValue] = []
  private var glyphs: [UInt32: JSONValue] = [:]
  private var frames: [JSONValue] = []
  private let size: Size

  init(_ series: PictureSeries, theme: Theme) {
    size = series.size
    for frame in series.frames {
      let canvas = frame.canvas.painted(theme).withCursor
      var members: [(JSONString, JSONValue)] = [
        ("t", .number((frame.time * 10).rounded() / 10)),
        ("rows", .array((0..<size.rows).map { .integer(row($0, of: canvas)) })),
      ]
      if let mark = frame.mark { members.append(("mark", JSONValue(visible(mark)))) }
      if let note = frame.note { members.append(("note", JSONValue(Self.lines(note)))) }
      frames.append(.object(JSONObject(members)))
    }
  }

  var json: String {
    let glyphs = glyphs.sorted { $0.key < $1.key }.map { (JSONString("\($0.key)"), $0.value) }
    let value: JSONValue = [
      "columns": .integer(size.columns), "styles": .array(styleList), "glyphs": .object(JSONObject(glyphs)),
      "rows": .array(rowList), "frames": .array(frames),
    ]
    return value.serialized()
  }

  /// Text that may have several lines.
  private static func lines(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { visible(String($0)) }.joined(separator: "\n")
  }

  /// The number of a row: a list of runs `[style, characters]`, one character a column, and of single cells
  /// `[style, characters, columns]`.
  private mutating func row(_ row: Int, of canvas: Canvas) -> Int {
    let cells = (0..<canvas.size.columns).map { canvas[$0, row] }
    if let known = rows[cells] { return known }
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
    rows[cells] = rowList.count
    rowList.append(.array(runs))
    return rowList.count - 1
  }

  /// The number of a look: `[foreground, background, bold 1 + underline 2]`.
  private mutating func number(of style: Style) -> Int {
    if let known = styles[style] { return known }
    let flags = (style.attributes.contains(.bold) ? 1 : 0) + (style.attributes.contains(.underline) ? 2 : 0)
    styles[style] = styleList.count
    styleList.append(
      .array([JSONValue(style.foreground.hexadecimal), JSONValue(style.background.hexadecimal), .integer(flags)]))
    return styleList.count - 1
  }

  /// Block elements are drawn from what is known of them here: `[share, [x, y, width, height] ...]`.
  private mutating func note(_ base: UInt32) {
    guard glyphs[base] == nil, let glyph = BlockGlyph(base) else { return }
    glyphs[base] = .array(
      [.number(Double(glyph.share))]
        + glyph.parts.map { .array([.integer($0.x), .integer($0.y), .integer($0.width), .integer($0.height)]) })
  }
}
