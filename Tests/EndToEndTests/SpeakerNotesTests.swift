import Canvas
import Explorer
import Glibc
import Sessions
import TestSupport
import Testing

@testable import headscope

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
    -> SpeakerDesk.Position
  {
    SpeakerDesk.Position(
      process: Int(getpid()), position: count, count: 3, time: 65, duration: 130, isPaused: true, mark: mark,
      note: note,
      question: question)
  }

  private func page(_ position: SpeakerDesk.Position?, columns: Int = 60) -> String {
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
    #expect(page(nil).contains("Nobody presents"))
    #expect(page(position(1, note: "a\u{1B}[2J"), columns: 12).contains("a␛[2J"))
  }

  @Test func theDeskIsThereWhileSomebodyPresents() throws {
    let folder = TemporaryFolder()
    let desk = try #require(SpeakerDesk(session: folder["lesson.jsonl"], runtime: folder.path))
    let other = try #require(SpeakerDesk(session: folder["other.jsonl"], runtime: folder.path))
    #expect(desk.path != other.path)
    #expect(desk.read() == nil)
    let here = position(2, mark: "With \"a\" mask", note: "two\nlines")
    desk.post(here)
    #expect(desk.read() == here)
    #expect(other.read() == nil)
    // One that was killed could not clear its place.
    var gone = here
    gone.process = Int(Int32.max)
    desk.post(gone)
    #expect(desk.read() == nil)
    folder.write("{\"process\":", to: String(desk.path.dropFirst(folder.path.count + 1)))
    #expect(desk.read() == nil)
    desk.clear()
    #expect(folder.list() == ["headscope"])
    // A folder that others can write into is not trusted.
    chmod(folder["headscope"], 0o777)
    #expect(SpeakerDesk(session: "x", runtime: folder.path) == nil)
  }
}
