import Activations
import Explorer
import Insights
import TestSupport
import Testing

@testable import Sessions

struct EditTests {
  private static let lines = """
    {"headscope-session":1,"title":"t","school":"ours","model":{"name":"tiny","colour":"red"}}
    {"t":0,"action":"texts","texts":["The cat ran"]}
    {"t":1,"mark":"Start"}
    {"after":9,"action":"dance","partner":"cat"}
    {"t":12.5,"action":"mask","mode":"none","comment":"look"}
    {"t":13,"mark":"End"}
    {"t":13,"note":"Two\\nlines"}

    """

  private func document(_ text: String = lines) throws -> SessionDocument {
    try SessionDocument(Array(text.utf8), name: "x.jsonl")
  }

  private func times(_ document: SessionDocument) -> [Double] { document.entries.map(\.time) }

  /// What is not touched is written as it was, known or not.
  @Test func rewritingLosesNothing() throws {
    #expect(
      String(decoding: try document().bytes, as: UTF8.self)
        == Self.lines.replacing(#""after":9"#, with: #""after":9.0"#))
  }

  @Test func speedAndPauses() throws {
    var document = try document()
    document.speedUp(by: 2)
    #expect(times(document) == [0, 0.5, 5, 6.25, 6.5, 6.5])
    document.capIdle(at: 1)
    #expect(times(document) == [0, 0.5, 1.5, 2.5, 2.75, 2.75])
    let lines = String(decoding: document.bytes, as: UTF8.self).split(separator: "\n")
    #expect(lines[3] == #"{"after":1.0,"action":"dance","partner":"cat"}"#)
    #expect(lines[4] == #"{"t":2.5,"action":"mask","mode":"none","comment":"look"}"#)
  }

  @Test func trimmingKeepsWhatThePictureRestsOn() throws {
    var document = try document()
    document.trim(from: try SessionPlace("0:11").time(among: document.marks), to: 13)
    #expect(times(document) == [0, 0, 1.5, 2, 2])
    #expect(
      document.entries.map { $0.string("action") ?? $0.string("mark") ?? "note" } == [
        "texts", "dance", "mask", "End", "note",
      ])
  }

  @Test func placesAreTimesOrMarks() throws {
    let marks = try document().marks + [(time: 40, title: "1:30")]
    #expect(try SessionPlace("End").time(among: marks) == 13)
    #expect(try SessionPlace("st").time(among: marks) == 1)
    #expect(try SessionPlace("12.5").time(among: marks) == 12.5)
    #expect(try SessionPlace("1:02:03.5").time(among: marks) == 3723.5)
    #expect(try SessionPlace("1:30").time(among: marks) == 40)
    for text in ["", "nowhere", "-1", "1e99", "1:2:3:4", "0x10", "nan"] {
      #expect(throws: SessionError.self, "\(text)") { try SessionPlace(text).time(among: marks) }
    }
  }

  @Test func marksAreInsertedMovedAndRemoved() throws {
    var document = try document()
    document.insertMark("Middle", at: 10)
    #expect(document.marks.map(\.title) == ["Start", "Middle", "End"])
    #expect(document.entries[3].string("mark") == "Middle")
    try document.moveRemark("Middle", to: 0)
    #expect(document.marks.map(\.title) == ["Middle", "Start", "End"])
    try document.removeRemark("Two")
    #expect(!document.entries.contains { $0.string("note") != nil })
    #expect(throws: SessionError(#"the session has no mark, note or question "Nowhere""#)) {
      try document.removeRemark("Nowhere")
    }
  }

  /// The second session is seen as it would be alone.
  @Test func joinedSessionsDoNotLeakIntoEachOther() throws {
    var first = try document(
      #"{"headscope-session":1,"model":{"name":"tiny"}}"# + "\n" + #"{"t":1,"action":"mask","mode":"full"}"# + "\n")
    let second = try document(
      #"{"headscope-session":1,"model":{"name":"other"}}"# + "\n" + #"{"t":1,"action":"pad","to":8}"# + "\n")
    first.append(second, pause: 2)
    #expect(times(first) == [1, 3, 3, 4])
    var state = State(model: Synthetic.model())
    for event in try first.session(name: "x").events {
      if case .action(let action) = event.content { _ = reduce(&state, .action(action)) }
    }
    #expect(state.maskMode == .keys && state.exploration.padTo == 8 && state.exploration.model == "other")
  }

  @Test func aFileIsReplacedInOnePieceAndKept() throws {
    let folder = TemporaryFolder()
    folder.write(Self.lines, to: "x.jsonl")
    var document = try SessionDocument(reading: folder["x.jsonl"])
    document.title = "New"
    let old = try document.replace(folder["x.jsonl"], now: "2026-02-01T10:00:00Z")
    #expect(try SessionFile.bytes(of: old) == Array(Self.lines.utf8))
    #expect(try SessionFile.read(folder["x.jsonl"]).header.title == "New")
    #expect(throws: SessionError.self) { try document.write(to: folder["x.jsonl"]) }
    #expect(folder.list().sorted() == [".trash", "x.jsonl"])
  }

  @Test func aFileWithAMistakeIsLeftAlone() throws {
    #expect(
      throws: SessionError(
        #"x.jsonl has a mistake and is left as it is: line 8, column 2: not a JSON object: expected a key, found the end"#
      )
    ) { try document(Self.lines + "{\n") }
    // A torn end is no mistake.
    #expect(try document(Self.lines + "{").entries.count == 6)
  }

  /// A lesson written by hand gets its fingerprints, keeps its times, and then checks.
  @Test func fingerprintsMakeALessonCheckable() throws {
    let model = Synthetic.model(layers: 2, heads: 3)
    let work: (Effect) throws -> Message? = { effect in
      guard case .encode(let id, let slot, let subject) = effect else { return nil }
      let request = subject.request
      let words = request.texts[request.sentence].split(separator: " ").map(String.init)
      return .computed(
        Synthetic.computation(id: id, words: words, mode: request.maskMode, model: model, request: request), for: slot)
    }
    var document = try document()
    document = try document.fingerprinted(as: SessionModel(model, digest: "d"), model: model, work: work)
    #expect(document.header["model"]?["layers"]?.intValue == 2 && document.header["school"] == "ours")
    let kinds = document.entries.map { $0.object["fingerprint"] == nil ? "" : "f" }
    #expect(kinds == ["", "f", "", "", "", "f", "", ""])
    // Once more changes nothing.
    #expect(try document.fingerprinted(as: SessionModel(model, digest: "d"), model: model, work: work) == document)
    let check = SessionCheck(try document.session(name: "x"), model: model, work: work)
    #expect(check.isClean && check.fingerprints == 2)
  }
}
