import Activations
import Canvas
import Explorer
import ExplorerViews
import JSON
import TestSupport
import UserInput

@testable import Pictures
@testable import Sessions
@testable import Terminal

/// Reads a session, plays it in every way, and writes it again.
func fuzzSession(_ bytes: [UInt8]) {
  _ = SessionProofreader(bytes, name: "session")
  let session: Session
  do { session = try SessionCoding.session(from: bytes, name: "session") } catch { return requireReadable(error) }
  for event in session.events.prefix(200) {
    _ = event.content.words
    let line = SessionCoding.line(event)
    require(!line.dropLast().contains(UInt8(ascii: "\n")), "an event is one line")
    let again = SessionCoding.line(session.header) + line
    guard let events = try? SessionCoding.session(from: again, name: "again").events, let first = events.first else {
      return require(false, "what is written is read: \(String(decoding: line, as: UTF8.self))")
    }
    require(SessionCoding.line(first) == line, "what is read again is written alike")
  }
  var player = Player(session, from: State(model: Synthetic.model(), texts: ["the cat ran"]))
  _ = player.goToEnd()
  _ = player.scene()
  for _ in 0..<4 { _ = player.stepBack() }
  _ = player.seek(to: session.duration / 2)
  _ = player.advance(by: 1)
  _ = player.stepForward()
  _ = player.lessonForward()
  _ = player.lessonBack()
  _ = player.goToMark(forward: true)
  _ = player.search("cat")
}

func fuzzSummary(_ bytes: [UInt8]) {
  do { _ = try bytes.withUnsafeBytes { try SummaryScanner.summary(of: $0, path: "session") } } catch {
    requireReadable(error)
  }
}

/// Bytes as a terminal sends them; 0xFF is a pause.
private struct Typing: KeyStrokeSource {
  var bytes: ArraySlice<UInt8>
  var now = 0

  mutating func next(within milliseconds: Int) -> KeyStroke? {
    guard let byte = bytes.popFirst() else { return nil }
    now += 7
    guard byte == 0xFF else { return .byte(byte) }
    return milliseconds > 0 ? bytes.popFirst().map { .byte($0) } : nil
  }

  mutating func pastedBytes() -> [UInt8] {
    defer { bytes = [] }
    return Array(bytes)
  }
}

func fuzzTerminal(_ bytes: [UInt8]) {
  var decoder = InputDecoder(source: Typing(bytes: bytes[...]))
  // Whatever is decoded has been taken from what came: there is no more of it than of bytes.
  for _ in 0...bytes.count {
    guard decoder.next() != nil else {
      if decoder.source.bytes.isEmpty { return }
      continue
    }
  }
  require(decoder.source.bytes.isEmpty, "input that is decoded is taken away")
}

/// Text as a model's name, a title or a token brings it, in pictures of every format.
func fuzzPicture(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  var canvas = Canvas(size: Size(columns: 40, rows: 4))
  canvas.draw(text, column: 0, row: 0, style: .plain)
  canvas.draw(String(text.reversed()), column: 1, row: 1, style: .plain)
  let theme = Theme.dark
  let title = text
  requireMarkup(SVGPicture(canvas, theme: theme, title: title).text)
  requireMarkup(HTMLPicture(canvas, theme: theme, title: title).text)
  requireShowable(canvas.text)
  requireShowable(visible(text))
  let json = JSONValue(text).serialized()
  require(!embedded(json: json).contains("<"), "JSON in a script has no way out of it")
}

private func requireShowable(_ text: String) {
  for scalar in text.unicodeScalars {
    switch scalar.value {
    case 0x0A: break
    case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069, 0x200E, 0x200F, 0x61C, 0xFFFE, 0xFFFF:
      require(false, "U+\(String(scalar.value, radix: 16)) is made visible")
    default: break
    }
  }
}

/// Tags that are closed in order, quoted attributes, entities that exist, and no characters that a reader would obey.
private func requireMarkup(_ text: String) {
  requireShowable(text)
  // By code points, as readers of markup do: a mark that combines with a `;` is a character of its own to them.
  var rest = text.unicodeScalars[...]
  var open: [String] = []
  while let next = rest.first {
    rest.removeFirst()
    if next == "<" {
      guard let end = rest.firstIndex(of: ">") else { return require(false, "a tag ends") }
      let tag = String(rest[..<end])
      rest = rest[rest.index(after: end)...]
      if tag.hasPrefix("!") || tag.hasPrefix("?") { continue }
      require(tag.utf8.count { $0 == UInt8(ascii: "\"") } % 2 == 0, "quotes are closed in <\(tag)>")
      let name = String(tag.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber })
      require(!name.isEmpty, "<\(tag)> is a tag")
      if tag.hasPrefix("/") {
        require(open.popLast() == name, "</\(name)> closes what is open")
      } else if !tag.hasSuffix("/"), !["meta", "br", "link"].contains(name) {
        open.append(name)
      }
    } else if next == "&", open.last != "style", open.last != "script" {
      let entity = String(rest.prefix { $0 != ";" }.prefix(12))
      require(["amp", "lt", "gt", "quot", "#39"].contains(entity), "&\(entity); is an entity")
    }
  }
  require(open.isEmpty, "\(open) are closed")
}
