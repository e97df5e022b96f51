import Explorer
import Insights
import TestSupport
import Testing

@testable import Sessions

/// Lists, searches, names and the trash.
struct StoreTests {
  private let folder = TemporaryFolder()
  private let now = "2026-02-01T10:00:00Z"

  private func write(_ title: String, _ events: [SessionEvent], to name: String) {
    var header = CodingTests.header
    header.title = title
    folder.write(
      SessionCoding.line(header) + events.flatMap { SessionCoding.line($0) }, to: name)
  }

  private let events: [SessionEvent] = [
    SessionEvent(time: 0, .action(.texts(["The cat ran"], pair: nil))),
    SessionEvent(time: 0.125, .fingerprint(Fingerprint(meanEntropies: [1, 2]))),
    SessionEvent(time: 1, .mark("Padding")), SessionEvent(time: 2, .action(.openPrompt)),
    SessionEvent(time: 3, .action(.type("A dog", cursor: 5))), SessionEvent(time: 4, .action(.keepText)),
    SessionEvent(time: 5, .note("Two\nlines")), SessionEvent(time: 6, .question(Question("Why?"))),
    SessionEvent(time: 7.5, .action(.closeOverlay)),
  ]

  /// The scan of a list and the reading of everything agree, however the lines are written.
  @Test func theScanFindsWhatReadingFinds() throws {
    write("One", events, to: "one.jsonl")
    let compact = String(decoding: try SessionFile.bytes(of: folder["one.jsonl"]), as: UTF8.self)
    folder.write(compact.replacing(":", with: " : ").replacing(",", with: " , "), to: "spaced.jsonl")
    folder.write(compact + #"{"t":9,"action":"op"#, to: "torn.jsonl")
    for name in ["one.jsonl", "spaced.jsonl", "torn.jsonl"] {
      var scanner = SummaryScanner()
      let summary = try scanner.scan(folder[name])
      let session = try SessionFile.read(folder[name])
      #expect(summary.header == session.header)
      #expect(summary.duration == session.duration || name == "torn.jsonl" && summary.duration == 9, "\(name)")
      #expect(summary.actions == 5 || name == "torn.jsonl")
      #expect(summary.marks == [.init(time: 1, title: "Padding")])
      #expect(summary.notes == 1 && summary.questions == 1)
      #expect(summary.texts == ["The cat ran", "A dog", "Two\nlines", "Why?"])
    }
  }

  /// A session in which the program was only started and left.
  @Test func aSessionInWhichNothingWasDoneIsEmpty() throws {
    let start: [SessionEvent] = [
      SessionEvent(time: 0, .action(.texts(["The cat ran"], pair: nil))), SessionEvent(time: 0, .action(.begin)),
      SessionEvent(time: 0.25, .fingerprint(Fingerprint(meanEntropies: [1, 2]))),
    ]
    write("Started", start, to: "started.jsonl")
    write("Used", start + [SessionEvent(time: 1, .action(.show(.head)))], to: "used.jsonl")
    write("Marked", start + [SessionEvent(time: 1, .mark("here"))], to: "marked.jsonl")
    write("By hand", [start[0]], to: "hand.jsonl")
    let compact = String(decoding: try SessionFile.bytes(of: folder["started.jsonl"]), as: UTF8.self)
    folder.write(compact.replacing(":", with: " : "), to: "spaced.jsonl")
    var scanner = SummaryScanner()
    for name in ["started", "spaced"] { #expect(try scanner.scan(folder["\(name).jsonl"]).isEmpty, "\(name)") }
    for name in ["used", "marked", "hand"] { #expect(try !scanner.scan(folder["\(name).jsonl"]).isEmpty, "\(name)") }
  }

  /// The scan reads numbers itself, which is quicker: whatever stands there, it finds what reading finds.
  @Test func timesOfEveryFormAreScannedAsTheyAreRead() throws {
    var random = SeededGenerator(seed: 10)
    func digits(_ count: Int) -> String {
      String((0..<count).map { _ in "0123456789".randomElement(using: &random) ?? "0" })
    }
    var times = [
      "0.00000000000000000001", "0.0000000000000000000000000000000000001", "99999999999999999999", "1e5", "1E-5", "1.",
      ".5", "01", "00", "0", "-1", "-0", "+1", "1..5", "1.5.", "", ".", "1e999", "1e-999", "999999999.9", "1000000000",
      "0x1", "1 ", "null", "\"1\"", "1e", "9223372036854775807", "9223372036854775808", "18446744073709551616",
    ]
    for _ in 0..<500 {
      times.append(
        digits(Int.random(in: 0...40, using: &random)) + "." + digits(Int.random(in: 0...40, using: &random)))
      times.append(digits(Int.random(in: 1...12, using: &random)))
      times.append(
        String(
          (0..<Int.random(in: 1...12, using: &random)).map { _ in "0019.e-+".randomElement(using: &random) ?? "0" }))
    }
    for time in times {
      let bytes = SessionCoding.line(CodingTests.header) + Array(#"{"t":\#(time),"action":"openHelp"}"#.utf8) + [10]
      let session = try SessionCoding.session(from: bytes, name: "x")
      let summary = try bytes.withUnsafeBytes { try SummaryScanner.summary(of: $0, path: "x") }
      #expect(summary.duration == session.duration, "\(time)")
      #expect(summary.actions == session.events.count, "\(time)")
    }
  }

  @Test func randomDamageIsNeverFatalToTheScan() throws {
    write("One", events, to: "one.jsonl")
    let whole = try SessionFile.bytes(of: folder["one.jsonl"])
    var random = SeededGenerator(seed: 11)
    for _ in 0..<3000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...12, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        let digits = Array("9999999999999999999999.e-\"{}".utf8)
        if Bool.random(using: &random) {
          bytes[place] = UInt8.random(in: 0...255, using: &random)
        } else {
          bytes.insert(contentsOf: digits.prefix(Int.random(in: 1...digits.count, using: &random)), at: place)
        }
      }
      _ = try? bytes.withUnsafeBytes { try SummaryScanner.summary(of: $0, path: "x") }
    }
  }

  @Test func placesAreReadWhateverIsTyped() {
    #expect(SessionPlace("1:30").seconds == 90 && SessionPlace("0:01:02.5").seconds == 62.5)
    for text in [
      "99999999999999999999:99999999999999999999:1", "1e9", "-1", "+1", "nan", "inf", "1:", ":", "1:2:3:4", "1.5:2",
    ] {
      #expect(SessionPlace(text).seconds == nil, "\(text)")
    }
    var random = SeededGenerator(seed: 12)
    for _ in 0..<5000 {
      let text = String(
        (0..<Int.random(in: 0...30, using: &random)).map { _ in "0123456789::..e-".randomElement(using: &random) ?? "0"
        })
      if let seconds = SessionPlace(text).seconds { #expect((0..<1e9).contains(seconds), "\(text)") }
    }
  }

  @Test func aListNamesWhatItCannotRead() {
    write("One", events, to: "a.jsonl")
    folder.write("my notes\n", to: "b.jsonl")
    folder.write("", to: "c.jsonl")
    write("Two", [], to: "d.jsonl")
    let list = SessionList(scanning: SessionStore(folder: folder.path).paths())
    #expect(list.summaries.map(\.header.title) == ["One", "Two"])
    #expect(list.errors.count == 2)
    #expect(list.errors[0].description.hasSuffix("b.jsonl is not a Headscope session: its first line is not JSON"))
  }

  @Test(arguments: [
    ("padding", true), ("CAT one", true), ("dog", true), ("lines", true), ("tiny", true), ("one zebra", false),
    ("", true),
  ])
  func aSearchLooksEverywhere(words: String, isFound: Bool) throws {
    write("One", events, to: "x.jsonl")
    var scanner = SummaryScanner()
    #expect(try scanner.scan(folder["x.jsonl"]).matches(words) == isFound)
  }

  @Test func whatIsDeletedComesBack() throws {
    write("One", events, to: "a.jsonl")
    let trash = SessionTrash(for: folder["a.jsonl"])
    try trash.take(folder["a.jsonl"], now: now)
    #expect(SessionStore(folder: folder.path).paths().isEmpty)
    write("Another", [], to: "a.jsonl")
    try trash.take(folder["a.jsonl"], now: now)
    write("A third", [], to: "a.jsonl")
    #expect(trash.items().map(\.name) == ["a.jsonl", "a.jsonl"])
    // The newest first; a name that is taken by now gets a number.
    #expect(try trash.restore() == folder["a-2.jsonl"])
    #expect(try SessionFile.read(folder["a-2.jsonl"]).header.title == "Another")
    #expect(try trash.restore("a") == folder["a-3.jsonl"])
    #expect(try SessionFile.read(folder["a-3.jsonl"]).header.title == "One")
    #expect(throws: SessionError("the trash of \(folder.path) is empty")) { try trash.restore() }
    #expect(throws: SessionError("there is no b in the trash of \(folder.path)")) { try trash.restore("b") }
  }

  @Test func whatIsBeingRecordedIsLeftAlone() throws {
    let path = folder["live.jsonl"]
    let recorder = try Recorder(path: path, header: CodingTests.header) { _ in }
    recorder.flush()
    #expect(throws: SessionError.self) { try SessionTrash(for: path).take(path, now: now) }
    #expect(throws: SessionError.self) { try SessionStore.rename(path, to: "x", now: now) }
    recorder.finish(within: 600)
    try SessionTrash(for: path).take(path, now: now)
  }

  @Test func aNewTitleIsANewName() throws {
    let name = "2026-01-31-120000-the-cat-ran.jsonl"
    write("The cat ran", events, to: name)
    let renamed = try SessionStore.rename(folder[name], to: "On padding", now: now)
    #expect(renamed == folder["2026-01-31-120000-on-padding.jsonl"])
    #expect(try SessionFile.read(renamed).header.title == "On padding")
    #expect(try SessionFile.read(renamed).events == events)
    #expect(SessionTrash(folder: folder.path).items().map(\.name) == [name])
    // A name that somebody chose stays.
    write("Lesson", events, to: "1-lesson.jsonl")
    #expect(try SessionStore.rename(folder["1-lesson.jsonl"], to: "Other", now: now) == folder["1-lesson.jsonl"])
  }
}
