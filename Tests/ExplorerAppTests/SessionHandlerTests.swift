import Explorer
import Models
import Synchronization
import TestSupport
import Testing

@testable import ExplorerApp
@testable import Sessions

/// What is done with files of sessions beside the main thread.
struct SessionHandlerTests {
  private let folder = TemporaryFolder()
  private let queue = WorkQueue()
  private let clock = JourneyClock()
  private let posted = Posted()

  private final class Posted: Sendable {
    private let messages = Mutex<[AppMessage]>([])

    func add(_ message: AppMessage) { messages.withLock { $0.append(message) } }
    var all: [AppMessage] { messages.withLock { $0 } }
  }

  private func surroundings(store: String? = "sessions") -> Surroundings {
    Surroundings(
      locator: { ModelLocator(environment: [:], executablePath: "", currentFolder: "/") },
      recordedModels: RecordedModels(), store: store.map { SessionStore(folder: folder[$0]) }, lessons: nil,
      now: clock.now, version: "7.0")
  }

  private func recordings(_ surroundings: Surroundings) -> RecordingHandler {
    RecordingHandler(in: surroundings, queue: queue.add) { [posted] in posted.add($0) }
  }

  private func sessions() -> SessionHandler {
    let surroundings = surroundings()
    return SessionHandler(in: surroundings, recordings: recordings(surroundings), queue: queue.add) { [posted] in
      posted.add($0)
    }
  }

  private func write(_ name: String, title: String, _ lines: String...) {
    let header =
      #"{"headscope-session":1,"title":"\#(title)","created":"2026-01-31T12:00:00Z","model":{"name":"tiny"}}"#
    folder.write(([header] + lines).joined(separator: "\n") + "\n", to: "sessions/\(name).jsonl")
  }

  private func finish() { while queue.runNext() {} }

  @Test func ofManySessionsThatAreMarkedInARowOnlyTheLastIsRead() {
    for number in 0..<200 { write("\(number)", title: "Session \(number)", #"{"t":1,"mark":"Mark \#(number)"}"#) }
    let handler = sessions()
    for number in 0..<200 { handler.perform(.preview(path: folder["sessions/\(number).jsonl"])) }
    finish()
    let previews = posted.all.compactMap { if case .previewed(let path, let lines) = $0 { (path, lines) } else { nil } }
    #expect(previews.count == 1)
    #expect(previews.last?.0 == folder["sessions/199.jsonl"] && previews.last?.1 == ["0:01  mark: Mark 199"])
  }

  @Test func aChangeIsAnsweredWithTheListThatThereIsThen() throws {
    write("one", title: "One")
    write("two", title: "Two")
    let handler = sessions()
    func list(_ id: Int, _ change: ListChange?) throws -> SessionListing {
      handler.perform(.list(id: id, change))
      finish()
      guard case .listed(id, let listing)? = posted.all.last else { throw SessionError("no answer") }
      return listing
    }
    #expect(Set(try list(1, nil).own.map(\.header.title)) == ["One", "Two"])
    let deleted = try list(2, .delete(path: folder["sessions/one.jsonl"], title: "One"))
    #expect(deleted.own.map(\.header.title) == ["Two"] && deleted.canRestore)
    #expect(deleted.words == "\"One\" is in the trash; u brings it back")
    let restored = try list(3, .restore)
    #expect(restored.changed == folder["sessions/one.jsonl"] && !restored.canRestore && restored.own.count == 2)
    let renamed = try list(4, .rename(path: folder["sessions/two.jsonl"], to: "Three"))
    #expect(
      Set(renamed.own.map(\.header.title)) == ["One", "Three"] && renamed.changed == folder["sessions/two.jsonl"])
    let missing = try list(5, .delete(path: folder["sessions/gone.jsonl"], title: "Gone"))
    #expect(missing.words?.contains("gone.jsonl") == true && missing.own.count == 2)
  }

  @Test func whatHappensIsRecordedWithItsOwnTimeHoweverLateItIsWritten() throws {
    let handler = recordings(surroundings())
    clock.pass(.seconds(100))
    handler.perform(.begin(id: 3, WorkspaceStore.header))
    clock.pass(.seconds(2))
    handler.perform(.record(id: 3, .action(.mask(.none))))
    clock.pass(.seconds(3))
    handler.perform(.record(id: 3, .mark("Here")))
    handler.perform(.record(id: 4, .mark("of a session that was never begun")))
    handler.perform(.end(id: 3))
    clock.pass(.seconds(50))
    handler.perform(.record(id: 3, .mark("too late")))
    finish()
    let path = try #require(SessionStore(folder: folder["sessions"]).paths().first)
    let session = try SessionFile.read(path)
    #expect(
      session.events == [SessionEvent(time: 2, .action(.mask(.none))), SessionEvent(time: 5, .mark("Here"))])
    #expect(session.header.title == "A lesson" && session.header.program == "7.0")
    #expect(session.header.created != WorkspaceStore.header.created, "it is begun now")
    guard case .recording(3, let report)? = posted.all.first else {
      Issue.record("nothing is said of it")
      return
    }
    #expect(report.status == .on(file: path))
  }

  @Test func withoutAFolderOfSessionsNothingIsRecordedAndThatIsSaid() {
    let handler = recordings(surroundings(store: nil))
    handler.perform(.begin(id: 1, WorkspaceStore.header))
    handler.perform(.record(id: 1, .mark("nowhere")))
    finish()
    guard case .recording(1, let report)? = posted.all.first else {
      Issue.record("nothing is said of it")
      return
    }
    #expect(report.status == .failed("no home folder to record in"))
  }

  @Test func whatIsRecordedIsThereWhenTheProgramEnds() throws {
    let handler = RecordingHandler(in: surroundings()) { [posted] in posted.add($0) }
    handler.perform(.begin(id: 1, WorkspaceStore.header))
    for number in 0..<100 { handler.perform(.record(id: 1, .mark("\(number)"))) }
    #expect(handler.finish() == [])
    let path = try #require(SessionStore(folder: folder["sessions"]).paths().first)
    #expect(try SessionFile.read(path).events.map(\.content) == (0..<100).map { .mark("\($0)") })
  }

  @Test func aSessionWhoseModelIsMissingIsNotOpened() {
    write("one", title: "One")
    var choice = SessionChoice(
      SessionSummary(path: folder["sessions/one.jsonl"], header: WorkspaceStore.header), isOwn: true)
    choice.model = "missing"
    sessions().perform(.open(id: 9, OpeningRequest(session: choice, purpose: .replay, model: Synthetic.model())))
    finish()
    guard case .openingFailed(9, let reason)? = posted.all.last else {
      Issue.record("it is opened")
      return
    }
    #expect(reason.contains("no model named 'missing'"))
  }
}
