import Explorer
import Glibc
import TestSupport
import Testing

@testable import Sessions

/// A session that somebody else is writing, seen from outside.
struct TailTests {
  private let folder = TemporaryFolder()
  private var path: String { folder["live.jsonl"] }

  private func append(_ text: String) {
    let descriptor = open(path, O_WRONLY | O_APPEND)
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    #expect(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
  }

  private let header = String(decoding: SessionCoding.line(CodingTests.header), as: UTF8.self)
  private let help = #"{"t":1,"action":"openHelp"}"# + "\n"
  private let closing = #"{"t":2,"action":"closeOverlay"}"# + "\n"

  private func event(_ time: Double, _ action: Action) -> SessionEvent { SessionEvent(time: time, .action(action)) }

  @Test func aGrowingFileIsFollowed() throws {
    folder.write(header + help, to: "live.jsonl")
    var (tail, session) = try SessionTail.open(path)
    #expect(session.events == [event(1, .openHelp)])
    #expect(tail.poll() == .nothing)
    // A line in three pieces comes when it is whole.
    append(String(closing.prefix(5)))
    #expect(tail.poll() == .nothing)
    append(String(closing.dropFirst(5).prefix(9)))
    #expect(tail.poll() == .nothing)
    append(String(closing.dropFirst(14)) + help)
    #expect(tail.poll() == .events([event(2, .closeOverlay), event(2, .openHelp)], problems: []))
    #expect(tail.poll() == .nothing)
  }

  /// Following takes no lock, so that a recorder can open the file, and what it writes is seen.
  @Test func theWriterIsNotDisturbed() throws {
    let recorder = try Recorder(path: path, header: CodingTests.header) { _ in }
    recorder.flush()
    var (tail, session) = try SessionTail.open(path)
    #expect(session.events.isEmpty)
    recorder.record(event(1, .mask(.none)))
    recorder.flush()
    #expect(tail.poll() == .events([event(1, .mask(.none))], problems: []))
    // However busy the machine is: what is not closed yet is still locked.
    recorder.finish(within: 600)
    let again = try Recorder(path: path, header: CodingTests.header) { _ in }
    again.record(event(2, .mask(.full)))
    again.flush()
    #expect(tail.poll() == .events([event(2, .mask(.full))], problems: []))
    again.finish(within: 600)
  }

  /// A writer that was killed in the middle of a line, and the one that repairs it and goes on.
  @Test func aTornLineIsForgottenWhenItIsRepaired() throws {
    folder.write(header + help + #"{"t":1.5,"act"#, to: "live.jsonl")
    var (tail, session) = try SessionTail.open(path)
    #expect(session.events.count == 1)
    let recorder = try Recorder(path: path, header: CodingTests.header) { _ in }
    #expect(tail.poll() == .nothing)
    recorder.record(event(3, .closeOverlay))
    recorder.finish(within: 600)
    #expect(tail.poll() == .events([event(3, .closeOverlay)], problems: []))
  }

  @Test func garbageIsNamedAndSteppedOver() throws {
    folder.write(header + help, to: "live.jsonl")
    var (tail, _) = try SessionTail.open(path)
    append("\u{0}\u{1}garbage\n" + closing)
    guard case .events(let events, let problems) = tail.poll() else {
      Issue.record("no events")
      return
    }
    #expect(events == [event(2, .closeOverlay)])
    #expect(problems.map(\.line) == [3])
  }

  @Test func aFileThatIsCutOrReplacedBeginsAnew() throws {
    folder.write(header + help + closing, to: "live.jsonl")
    var (tail, _) = try SessionTail.open(path)
    truncate(path, off_t(header.utf8.count))
    guard case .replaced(let cut) = tail.poll() else {
      Issue.record("a cut file is not noticed")
      return
    }
    #expect(cut.events.isEmpty)
    // Rewritten in place, longer than before.
    folder.write(header.replacing("The cat ran", with: "The cat sat") + help + help, to: "live.jsonl")
    guard case .replaced(let rewritten) = tail.poll() else {
      Issue.record("a rewritten file is not noticed")
      return
    }
    #expect(rewritten.header.title == "The cat sat" && rewritten.events.count == 2)
    // Another file in its place.
    folder.write(header + closing, to: "other.jsonl")
    rename(folder["other.jsonl"], path)
    guard case .replaced(let other) = tail.poll() else {
      Issue.record("another file is not noticed")
      return
    }
    #expect(other.events == [event(2, .closeOverlay)])
    #expect(tail.poll() == .nothing)
  }

  @Test func aFileThatVanishesMayComeBack() throws {
    folder.write(header + help, to: "live.jsonl")
    var (tail, _) = try SessionTail.open(path)
    rename(path, folder["away.jsonl"])
    guard case .unreadable = tail.poll() else {
      Issue.record("it is not missed")
      return
    }
    rename(folder["away.jsonl"], path)
    append(closing)
    #expect(tail.poll() == .events([event(2, .closeOverlay)], problems: []))
  }

  @Test func aFileThatIsOnlyBegunIsNoSessionYet() {
    folder.write(String(header.prefix(20)), to: "live.jsonl")
    #expect(throws: SessionError("\(path) holds no session yet")) { try SessionTail.open(path) }
    #expect(throws: SessionError.self) { try SessionTail.open(folder.path) }
  }
}
