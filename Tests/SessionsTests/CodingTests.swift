import Activations
import Explorer
import Insights
import JSON
import Support
import TestSupport
import Testing

@testable import Sessions

struct CodingTests {
  static let header = SessionHeader(
    title: "The cat ran", created: "2026-01-31T12:00:00Z", program: "0.1.0",
    model: SessionModel(name: "tiny", family: "bert", layers: 2, heads: 3, hidden: 12, digest: "sampled-fnv1a64:00"))

  static let actions: [Action] =
    [
      .texts(["The cat ran", "é\u{301}\u{1B}[31m\n\"quoted\""], pair: nil), .texts(["a"], pair: "b"),
      .selectSentence(1),
      .openPrompt, .type("The c", cursor: 5), .edit(TextEdit(from: 4, to: 5, text: "d", cursor: 5)), .switchText,
      .keepText, .restoreText, .show(.grid), .show(.head),
      .selectHead(HeadIndex(layer: 3, head: 7)), .selectPair(query: 2, key: 1), .zoom(.fit), .zoom(.words),
      .zoom(.fixed(.number)),
      .zoom(.fixed(.block)), .zoom(.fixed(.dot)), .zoom(.fixed(.pooled(8))), .pad(to: 8), .pad(to: nil),
      .padSide(.left),
      .mask(.none), .mask(.full), .mask(.causal), .mask(.keys), .colors("viridis"), .range(.all), .range(.head),
      .undo, .redo, .reset, .begin, .countFrom(1), .openHelp, .scrollHelp(3), .openModels, .markModel(2),
      .loadModel("org/name"),
      .closeOverlay, .beginTour, .endTour,
    ] + ViewActions.all

  private func session(_ lines: [[UInt8]]) throws -> Session {
    try SessionCoding.session(from: lines.flatMap { $0 }, name: "test.jsonl")
  }

  private func session(text: String) throws -> Session {
    try SessionCoding.session(from: Array(text.utf8), name: "test.jsonl")
  }

  private let headerLine = String(decoding: SessionCoding.line(Self.header), as: UTF8.self)

  @Test func everyActionComesBackAsItWas() throws {
    let events = Self.actions.enumerated().map { SessionEvent(time: Double($0) / 4, .action($1)) }
    let read = try session([SessionCoding.line(Self.header)] + events.map { SessionCoding.line($0) })
    #expect(read.header == Self.header)
    #expect(read.events == events)
    #expect(read.problems.isEmpty)
  }

  @Test func everyActionHasANameThatCanBeSuggested() {
    let names = Set(
      (Self.actions + InterventionCodingTests.interventions.map(Action.intervention)).compactMap {
        SessionCoding.object(of: SessionEvent(time: 0, .action($0)))["action"]?.stringValue
      })
    #expect(names == Set(Action.names))
  }

  /// `docs/sessions.md` has a line for every action, and none for what there is not.
  @Test func theDocumentationListsEveryAction() {
    let text = String(decoding: Fixtures.bytes(atRootPath: "docs/sessions.md"), as: UTF8.self)
    let table = text.split(separator: "\n").drop { !$0.hasPrefix("| action | members |") }.dropFirst(2)
      .prefix { $0.hasPrefix("|") }
    func words(_ text: Substring) -> [String] { text.matches(of: /`(\w+)`/).map { String($0.1) } }
    let names = Set(Action.names)
    for line in table { #expect(words(line.split(separator: "|").first ?? "").allSatisfy(names.contains), "\(line)") }
    #expect(names.subtracting(table.flatMap(words)).isEmpty)
  }

  @Test func whatIsNoNumberComesBackInAFingerprint() throws {
    let line = SessionCoding.line(SessionEvent(time: 1, .fingerprint(Fingerprint(meanEntropies: [0.5, .nan]))))
    #expect(String(decoding: line, as: UTF8.self).contains("[0.5,null]"))
    let read = try session([SessionCoding.line(Self.header), line])
    #expect(read.problems.isEmpty)
    guard case .fingerprint(let fingerprint)? = read.events.first?.content else {
      Issue.record("no fingerprint")
      return
    }
    #expect(fingerprint.largestDifference(from: Fingerprint(meanEntropies: [0.5, .nan])) == 0)
    #expect(fingerprint.largestDifference(from: Fingerprint(meanEntropies: [0.5, 0.5])) == .infinity)
  }

  @Test func questionsAndGuessesComeBack() throws {
    let events: [SessionEvent] = [
      SessionEvent(time: 0, .question(Question("Where?", answer: .cell(query: 2, key: 1)))),
      SessionEvent(time: 1, .question(Question("How much?", answer: .number(0.25, within: 0.05), veil: .nothing))),
      SessionEvent(time: 2, .question(Question("What do you see?"))),
      SessionEvent(time: 3, .guess(.cell(query: 2, key: 3), of: "Where?")),
      SessionEvent(time: 4, .guess(.number(0.5), of: "How much?")),
    ]
    #expect(try session([SessionCoding.line(Self.header)] + events.map { SessionCoding.line($0) }).events == events)
    #expect(Question("Where?", answer: .cell(query: 2, key: 1)).accepts(.cell(query: 2, key: 3)) == false)
    #expect(Question("How much?", answer: .number(0.25, within: 0.05)).accepts(.number(0.29)) == true)
    #expect(Question("What?").accepts(.number(0)) == nil)
  }

  @Test func aForkSaysWhereItComesFrom() throws {
    var header = Self.header
    header.forkedFrom = SessionOrigin(session: "Padding", time: 12.5, action: 17)
    #expect(try session([SessionCoding.line(header)]).header == header)
  }

  @Test func timesCanBeGivenAsPauses() throws {
    let read = try session(
      text: headerLine + #"{"t":1.5,"mark":"a"}"# + "\n" + #"{"after":2,"action":"openHelp"}"# + "\n"
        + #"{"after":0.25,"action":"closeOverlay"}"# + "\n")
    #expect(read.events.map(\.time) == [1.5, 3.5, 3.75])
  }

  @Test func linesAreMadeToBeRead() {
    let line = SessionCoding.line(SessionEvent(time: 1.25, .action(.selectHead(HeadIndex(layer: 3, head: 7)))))
    #expect(String(decoding: line, as: UTF8.self) == #"{"t":1.25,"action":"selectHead","layer":3,"head":7}"# + "\n")
  }

  @Test func marksNotesAndFingerprintsComeBack() throws {
    let events: [SessionEvent] = [
      SessionEvent(time: 0, .mark("Padding")), SessionEvent(time: 1, .note("Look at\nthe last column")),
      SessionEvent(time: 2, .fingerprint(Fingerprint(meanEntropies: [1.25, 0.5]))),
    ]
    #expect(try session([SessionCoding.line(Self.header)] + events.map { SessionCoding.line($0) }).events == events)
  }

  @Test func anUnknownActionIsKeptAsItIs() throws {
    let line = #"{"t":1.5,"action":"dance","partner":{"name":"é"},"times":2}"#
    let read = try session(text: headerLine + line + "\n")
    #expect(read.problems.isEmpty)
    #expect(read.events.count == 1)
    guard case .unknown(let object)? = read.events.first?.content else {
      Issue.record("it is not unknown")
      return
    }
    #expect(object["action"]?.stringValue == "dance")
    #expect(String(decoding: SessionCoding.line(read.events[0]), as: UTF8.self) == line + "\n")
  }

  @Test func aTornEndLosesOnlyTheLastLine() throws {
    let whole = headerLine + #"{"t":1.0,"action":"openHelp"}"# + "\n"
    let last = #"{"t":2.0,"action":"closeOverlay"}"#
    for length in 1..<last.utf8.count {
      let read = try session(text: whole + String(last.prefix(length)))
      #expect(read.events.count == 1)
      #expect(read.problems.count == 1 && read.problems[0].isTornEnd, "\(length)")
    }
    #expect(try session(text: whole + last).events.count == 2)
  }

  @Test(arguments: [
    ("", "test.jsonl is empty: it holds no session"),
    ("garbage\n", "test.jsonl is not a Headscope session: its first line is not JSON"),
    ("{}\n", #"test.jsonl is not a Headscope session: its first line has no "headscope-session""#),
    (
      "{\"headscope-session\":2,\"model\":{\"name\":\"x\"}}\n",
      "test.jsonl was written by a newer Headscope (session format 2, this program reads 1); update headscope to replay it"
    ),
    ("{\"headscope-session\":0}\n", "test.jsonl says session format 0, which does not exist"),
    ("{\"headscope-session\":1}\n", #"test.jsonl: the header names no model ("model": {"name": ...})"#),
  ])
  func filesThatAreNoSessionsAreRefused(text: String, message: String) {
    #expect(throws: SessionError("\(words: message)")) { try session(text: text) }
  }

  @Test(arguments: [
    "not json", "[]", #"{"action":"openHelp"}"#, #"{"t":-1,"action":"openHelp"}"#,
    #"{"t":1,"action":"show","view":"nowhere"}"#,
    #"{"t":1,"action":"selectHead","layer":-3,"head":0}"#, #"{"t":1,"action":"selectHead","layer":1e99,"head":0}"#,
    #"{"t":1,"action":"type","text":3,"cursor":0}"#, #"{"t":1,"action":"zoom","cells":"maxima of -1"}"#,
    #"{"t":1,"action":"texts","texts":["a",1]}"#, #"{"t":1,"fingerprint":["x"]}"#, "\u{0}\u{1}",
  ])
  func brokenLinesAreNamedAndSteppedOver(line: String) throws {
    let read = try session(text: headerLine + line + "\n" + #"{"t":2.0,"action":"openHelp"}"# + "\n")
    #expect(read.events == [SessionEvent(time: 2, .action(.openHelp))])
    #expect(read.problems.map(\.line) == [2])
  }

  @Test func timeNeverRunsBackwards() throws {
    let read = try session(
      text: headerLine + #"{"t":5,"action":"openHelp"}"# + "\n" + #"{"t":2,"action":"closeOverlay"}"# + "\n")
    #expect(read.events.map(\.time) == [5, 5])
  }

  /// Whatever bytes a file holds, reading it ends in a session or in an error.
  @Test func randomDamageIsNeverFatal() throws {
    var random = SeededGenerator(seed: 14)
    let lines = Self.actions.map { SessionCoding.line(SessionEvent(time: 1, .action($0))) }
    let whole = SessionCoding.line(Self.header) + lines.flatMap { $0 }
    for _ in 0..<2000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      bytes.removeLast(Int.random(in: 0..<40, using: &random))
      _ = try? SessionCoding.session(from: bytes, name: "test.jsonl")
    }
  }
}
