import Canvas
import JSON
import Support
import UserInput

/// Pictures as a terminal recording that `asciinema play` and its web player understand, written one after the other.
///
/// Versions 2 and 3 of asciicast: lines of JSON, first a header, then events; times count from the start in version 2,
/// and from the event before in version 3. (https://docs.asciinema.org/manual/asciicast/v3/)
public struct AsciicastWriter {
  private let title: String
  private let size: Size
  private let duration: Double
  private let version: Asciicast.Version
  private let theme: Theme?
  private let timestamp: Int?
  private var screen: CastScreen
  /// When the last event was, in milliseconds.
  private var last = 0

  /// - Parameters:
  ///   - title: untrusted.
  ///   - duration: seconds from the first picture to the end.
  ///   - theme: the colours to play it in; nil for those of the terminal that plays it.
  ///   - timestamp: when it was recorded, in seconds since 1970.
  public init(
    title: String, size: Size, duration: Double, version: Asciicast.Version, depth: ColorDepth = .truecolor,
    theme: Theme? = nil, timestamp: Int? = nil
  ) {
    self.title = title
    self.size = size
    self.duration = duration
    self.version = version
    self.theme = theme
    self.timestamp = timestamp
    screen = CastScreen(depth: depth)
  }

  /// What the file begins with.
  public var start: String { header.serialized() + "\n" }

  /// The lines of a picture.
  public mutating func text(of frame: PictureFrame) -> String {
    var text = ""
    let output = screen.show(theme.map { frame.canvas.painted($0) } ?? frame.canvas)
    if !output.isEmpty { text += event(frame.time, "o", output) }
    if let mark = frame.mark { text += event(frame.time, "m", visible(mark)) }
    return text
  }

  /// What the file ends with: the last picture stays as long as it did.
  public mutating func end() -> String {
    let end = event(duration, "o", screen.end())
    return version == .v3 ? end + event(duration, "x", "0") : end
  }

  private mutating func event(_ time: Double, _ code: String, _ data: String) -> String {
    let milliseconds = Int(saturating: min(time, 1e9) * 1000, rule: .toNearestOrAwayFromZero) ?? last
    let shown = version == .v2 ? milliseconds : milliseconds - last
    last = milliseconds
    return JSONValue.array([.number(Double(shown) / 1000), JSONValue(code), JSONValue(data)]).serialized() + "\n"
  }

  private var header: JSONValue {
    let columns = JSONValue.integer(size.columns)
    let rows = JSONValue.integer(size.rows)
    let terminal = JSONValue("xterm-256color")
    var members: [(JSONString, JSONValue)] = [("version", .integer(version.rawValue))]
    switch version {
    case .v2: members += [("width", columns), ("height", rows)]
    case .v3:
      var term: [(JSONString, JSONValue)] = [("cols", columns), ("rows", rows), ("type", terminal)]
      if let colors { term.append(("theme", colors)) }
      members.append(("term", .object(JSONObject(term))))
    }
    if let timestamp { members.append(("timestamp", .integer(timestamp))) }
    if version == .v2 { members.append(("duration", .number((duration * 1000).rounded() / 1000))) }
    members.append(("title", JSONValue(visible(title))))
    if version == .v2 {
      members.append(("env", ["TERM": terminal]))
      if let colors { members.append(("theme", colors)) }
    }
    return .object(JSONObject(members))
  }

  /// The theme, with the palette that xterm has by default.
  private var colors: JSONValue? {
    guard let theme else { return nil }
    return [
      "fg": JSONValue(theme.foreground.hexadecimal), "bg": JSONValue(theme.background.hexadecimal),
      "palette":
        "#000000:#cd0000:#00cd00:#cdcd00:#0000ee:#cd00cd:#00cdcd:#e5e5e5:#7f7f7f:#ff0000:#00ff00:#ffff00:#5c5cff:#ff00ff:#00ffff:#ffffff",
    ]
  }
}

/// A short series of pictures as a recording, in one piece.
public struct Asciicast {
  /// A version of the format; its raw value is the number in the file's header.
  public enum Version: Int, Sendable, CaseIterable {
    case v2 = 2
    case v3 = 3
  }

  /// The whole file.
  public let text: String

  /// Writes all frames of a series.
  ///
  /// - Parameters:
  ///   - theme: the colours to play it in; nil for those of the terminal that plays it.
  ///   - timestamp: when it was recorded, in seconds since 1970; nil leaves it out.
  public init(
    _ series: PictureSeries, version: Version, depth: ColorDepth = .truecolor, theme: Theme? = nil,
    timestamp: Int? = nil
  ) {
    var writer = AsciicastWriter(
      title: series.title, size: series.size, duration: series.duration, version: version, depth: depth, theme: theme,
      timestamp: timestamp)
    text = writer.start + series.frames.map { writer.text(of: $0) }.joined() + writer.end()
  }
}

/// Models the screen of the terminal that plays a recording, to find out what has to be sent for the next picture.
private struct CastScreen {
  private var pen: ANSIPen
  private var shown: Canvas?
  private var cursorIsVisible = true

  /// Unchanged cells between two changed ones that are rather sent again: moving the cursor takes as many characters.
  private static let gap = 6

  init(depth: ColorDepth) { pen = ANSIPen(depth: depth) }

  /// Turns what is shown into another picture, sending only what differs.
  mutating func show(_ canvas: Canvas) -> String {
    var text = shown == nil ? "\u{1B}[0m\u{1B}[2J" : ""
    let old = shown ?? Canvas(size: canvas.size)
    for row in 0..<canvas.size.rows {
      for columns in Self.changes(from: old, to: canvas, row: row) {
        text += "\u{1B}[\(row + 1);\(columns.lowerBound + 1)H"
        pen.draw(canvas, row: row, columns: columns, into: &text)
      }
    }
    pen.reset(into: &text)
    let cursor = canvas.cursor.flatMap { canvas.contains($0) ? $0 : nil }
    if let cursor, !text.isEmpty || cursor != shown?.cursor {
      text += "\u{1B}[\(cursor.row + 1);\(cursor.column + 1)H"
    }
    if cursorIsVisible != (cursor != nil) {
      cursorIsVisible.toggle()
      text += cursorIsVisible ? "\u{1B}[?25h" : "\u{1B}[?25l"
    }
    shown = canvas
    return text
  }

  /// Leaves the terminal as it should be, with the picture on it.
  func end() -> String { "\u{1B}[0m\u{1B}[?25h" }

  private static func changes(from old: Canvas, to new: Canvas, row: Int) -> [Range<Int>] {
    var changes: [Range<Int>] = []
    var column = 0
    while column < new.size.columns {
      guard old[column, row] != new[column, row] else {
        column += 1
        continue
      }
      // Both halves of a wide character go together.
      let start = new[column, row].isContinuation ? column - 1 : column
      var end = column + 1
      while end < new.size.columns, new[end, row].isContinuation || old[end, row] != new[end, row] { end += 1 }
      if let last = changes.last, start - last.upperBound <= gap {
        changes[changes.count - 1] = last.lowerBound..<end
      } else {
        changes.append(start..<end)
      }
      column = end
    }
    return changes
  }
}
