import Canvas
import JSON
import Testing
import UserInput

@testable import Pictures

@Suite struct AsciicastTests {
  private static let size = Size(columns: 31, rows: 7)

  /// Every third picture repeats the one before; every fourth has a mark.
  private static func series() -> PictureSeries {
    var series = PictureSeries(title: "A lesson\u{1B}", size: size)
    for index in 0..<30 {
      var canvas = Sample.random(UInt64(index - (index % 3 == 2 ? 1 : 0)), size: size)
      if index % 5 > 2 { canvas.cursor = Point(column: index, row: 2) }
      series.append(
        PictureFrame(time: Double(index) * 0.7, canvas: canvas, mark: index % 4 == 0 ? "mark \(index)\n" : nil))
    }
    return series
  }

  private func lines(_ cast: Asciicast) throws -> [JSONValue] {
    try cast.text.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
  }

  @Test(arguments: Asciicast.Version.allCases) func everyPictureIsOnTheScreenAtItsTime(version: Asciicast.Version)
    throws
  {
    let series = Self.series()
    let events = try lines(Asciicast(series, version: version)).dropFirst().map { try #require($0.arrayValue) }
    var terminal = SmallTerminal(size: Self.size)
    var time = 0.0
    var next = events[...]
    for frame in series.frames {
      while let event = next.first, let t = event[0].doubleValue,
        (version == .v2 ? t : time + t) <= frame.time + 0.0005
      {
        time = version == .v2 ? t : time + t
        if event[1].stringValue == "o" { terminal.take(try #require(event[2].stringValue)) }
        next.removeFirst()
      }
      #expect(terminal.canvas.cells == frame.canvas.cells)
      #expect(terminal.cursorIsVisible == (frame.canvas.cursor != nil))
      if let cursor = frame.canvas.cursor { #expect(terminal.cursor == cursor) }
    }
    #expect(terminal.surprises.isEmpty)
    let marks = events.filter { $0[1].stringValue == "m" }.compactMap { $0[2].stringValue }
    #expect(marks == (0..<8).map { "mark \($0 * 4)␊" })
  }

  @Test func headersAreThoseOfTheFormat() throws {
    let series = Self.series()
    let two = try lines(Asciicast(series, version: .v2, theme: .dark, timestamp: 1_700_000_000))
    #expect(two[0]["version"]?.intValue == 2)
    #expect(two[0]["width"]?.intValue == 31)
    #expect(two[0]["height"]?.intValue == 7)
    #expect(two[0]["timestamp"]?.intValue == 1_700_000_000)
    #expect(two[0]["duration"]?.doubleValue == 20.3)
    #expect(two[0]["title"]?.stringValue == "A lesson␛")
    #expect(two[0]["theme"]?["bg"]?.stringValue == "#0b0b0f")
    #expect(two.last?.arrayValue?[0].doubleValue == 20.3)
    let three = try lines(Asciicast(series, version: .v3))
    #expect(three[0]["version"]?.intValue == 3)
    #expect(three[0]["term"]?["cols"]?.intValue == 31)
    #expect(three[0]["term"]?["rows"]?.intValue == 7)
    #expect(three[0]["term"]?["theme"] == nil)
    #expect(three.last?.arrayValue?[1].stringValue == "x")
    let total = three.dropFirst().reduce(0) { $0 + ($1.arrayValue?[0].doubleValue ?? .nan) }
    #expect(abs(total - 20.3) < 1e-9)
  }

  @Test func onlyWhatChangesIsSent() throws {
    var series = PictureSeries(title: "", size: Size(columns: 80, rows: 24))
    var canvas = Canvas(size: series.size)
    for row in 0..<24 { canvas.draw(String(repeating: "x", count: 80), column: 0, row: row) }
    series.append(PictureFrame(time: 0, canvas: canvas))
    series.append(PictureFrame(time: 1, canvas: canvas))
    canvas.draw("cat", column: 10, row: 5)
    series.append(PictureFrame(time: 2, canvas: canvas))
    #expect(series.frames.count == 2)
    let events = try lines(Asciicast(series, version: .v2))
    #expect(events[2].arrayValue?[2].stringValue == "\u{1B}[6;11Hcat")
  }
}
