import Canvas
import Explorer
import ExplorerAppTestSupport
import Glibc
import Sessions
import TestSupport
import Testing
import UserInput

@testable import ExplorerApp

@Suite struct SpeakerNotesTests {
  private static let session = Session(
    header: SessionHeader(
      title: "Padding", created: "", program: "",
      model: SessionModel(name: "tiny", family: "bert", layers: 1, heads: 1, hidden: 1, digest: nil)),
    events: [
      SessionEvent(time: 0, .action(.texts(["The cat ran"], pair: nil))),
      SessionEvent(time: 1, .mark("Without a mask")), SessionEvent(time: 2, .note("Say what PAD is.\nWait.")),
      SessionEvent(time: 3, .action(.pad(to: 8))),
      SessionEvent(time: 4, .question(Question("Who attends to PAD?", answer: .cell(query: 2, key: 5)))),
      SessionEvent(time: 5, .mark("With a mask")), SessionEvent(time: 6, .action(.mask(.full))),
    ])

  private func position(_ count: Int, mark: String? = nil, note: String? = nil, question: String? = nil)
    -> SpeakerChannel.Position
  {
    SpeakerChannel.Position(
      process: Int(getpid()), position: count, count: 3, time: 65, duration: 130, isPaused: true, mark: mark,
      note: note, question: question, events: [0, 3, 5, 7][count])
  }

  private func page(_ position: SpeakerChannel.Position?, columns: Int = 60) -> String {
    SpeakerPage(
      session: Self.session, position: position, size: Size(columns: columns, rows: 20), glyphs: .unicode
    ).canvas.text
  }

  @Test func theSpeakerSeesWhatToSayAndWhatComes() {
    let text = page(position(1, mark: "Without a mask", note: "Say what PAD is.\nWait."))
    for line in [
      "Padding", "1:05 of 2:10, action 1 of 3, paused", "Without a mask", "Say what PAD is.", "Wait.",
      "Next question: Who attends to PAD?", "Next mark: With a mask",
    ] {
      #expect(text.split(separator: "\n").contains { $0 == line }, "\(line) is not in\n\(text)")
    }
    #expect(page(position(2, question: "Who attends to PAD?")).contains("Answer: query 2, key 5"))
    #expect(page(position(3)).contains("This is the end."))
    #expect(page(nil).contains("No replay of this session"))
    #expect(page(position(1, note: "a\u{1B}[2J"), columns: 12).contains("a␛[2J"))
  }

  @Test func theChannelIsThereWhileAReplayRuns() throws {
    let folder = TemporaryFolder()
    let channel = try #require(SpeakerChannel(session: folder["lesson.jsonl"], runtime: folder.path))
    let other = try #require(SpeakerChannel(session: folder["other.jsonl"], runtime: folder.path))
    #expect(channel.path != other.path)
    #expect(channel.read() == nil)
    let here = position(2, mark: "With \"a\" mask", note: "two\nlines")
    channel.post(here)
    #expect(channel.read() == here)
    #expect(other.read() == nil)
    // One that was killed could not clear its place.
    var gone = here
    gone.process = Int(Int32.max)
    channel.post(gone)
    #expect(channel.read() == nil)
    folder.write("{\"process\":", to: String(channel.path.dropFirst(folder.path.count + 1)))
    #expect(channel.read() == nil)
    channel.clear()
    #expect(folder.list() == ["headscope"])
    // A folder that others can write into is not trusted.
    chmod(folder["headscope"], 0o777)
    #expect(SpeakerChannel(session: "x", runtime: folder.path) == nil)
  }

  @Test(.waits) func theNotesFollowTheReplayInAnotherTerminal() throws {
    let model = TinyModel()
    model.folder.write(
      """
      {"headscope-session":1,"title":"Padding","created":"2026-01-31T12:00:00Z","program":"0","model":{"name":"tiny"}}
      {"t":0,"action":"texts","texts":["The cat ran."]}
      {"t":1,"mark":"Without a mask"}
      {"t":1,"note":"Say what PAD is."}
      {"t":1.5,"note":"And wait."}
      {"t":2,"action":"pad","to":9}
      {"t":3,"action":"mask","mode":"full"}

      """, to: "lesson.jsonl")
    let file = model.folder["lesson.jsonl"]
    let environment = ["XDG_RUNTIME_DIR": model.folder.path]
    let notes = try TmuxTerminal(environment: environment, command: [Program.path, "replay", "--notes", file])
    try notes.waitUntil("that no replay runs") { $0.contains("No replay of this session") }
    let stage = try TmuxTerminal(
      environment: environment, command: [Program.path, "replay", "--step", "--model", model.path, file])
    try stage.waitUntil("the first picture") { $0.contains("mask keys") }
    try notes.waitUntil("the first action, and the next note") {
      $0.contains("action 1 of 3") && $0.contains("Next note: Say what PAD is.")
    }
    try stage.send(keys: "NPage")
    try notes.waitUntil("the mark and the note, and what comes next without an action between") {
      $0.contains("Without a mask") && $0.contains("Say what PAD is.") && $0.contains("Next note: And wait.")
    }
    try stage.type("P")
    try stage.waitUntil("presenter mode") { $0.contains("▀") && !$0.contains("Headscope") }
    try stage.type(".")
    try stage.waitUntil("a blank screen") { $0.allSatisfy(\.isWhitespace) }
    try stage.type(".")
    try stage.waitUntil("the picture") { $0.contains("mask keys") }
    try stage.send(keys: "C-c")
    try notes.waitUntil("that no replay runs any more") { $0.contains("No replay of this session") }
    try notes.type("q")
    #expect(try notes.waitForEnd() == .status(0))
  }
}
