import Activations
import Explorer
import Foundation
import Synchronization
import Testing

@testable import Sessions

struct RecorderTests {
  /// A folder of its own for each test, gone afterwards.
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "headscope-sessions-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  private func record(_ actions: [Action], in path: String) throws {
    let recorder = try Recorder(path: path, header: CodingTests.header) { _ in }
    for action in actions { recorder.record(SessionEvent(time: recorder.elapsed + 1, .action(action))) }
    recorder.finish(within: 600)
  }

  @Test func whatIsRecordedCanBeReadAndContinued() throws {
    try withFolder { folder in
      let path = folder + "/a.jsonl"
      try record([.openHelp, .closeOverlay], in: path)
      #expect(try SessionFile.read(path).events.map(\.content) == [.action(.openHelp), .action(.closeOverlay)])
      try record([.mask(.full)], in: path)
      let session = try SessionFile.read(path)
      #expect(session.header == CodingTests.header)
      #expect(session.events.map(\.content) == [.action(.openHelp), .action(.closeOverlay), .action(.mask(.full))])
      #expect(session.events.map(\.time) == [1, 1, 2])
    }
  }

  @Test func aTornEndIsRepairedBeforeGoingOn() throws {
    try withFolder { folder in
      let path = folder + "/a.jsonl"
      try record([.openHelp, .closeOverlay], in: path)
      var bytes = try SessionFile.bytes(of: path)
      bytes.removeLast(9)
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      let recorder = try Recorder(path: path, header: CodingTests.header) { _ in }
      #expect(recorder.earlier?.problems.map(\.isTornEnd) == [true])
      recorder.record(SessionEvent(time: 3, .action(.mask(.none))))
      recorder.finish(within: 600)
      let session = try SessionFile.read(path)
      #expect(session.problems.isEmpty)
      #expect(session.events.map(\.content) == [.action(.openHelp), .action(.mask(.none))])
    }
  }

  @Test func twoProgramsDoNotWriteInOneFile() throws {
    try withFolder { folder in
      let path = folder + "/a.jsonl"
      let first = try Recorder(path: path, header: CodingTests.header) { _ in }
      #expect(
        throws: SessionError("\(path) is being recorded by another headscope; choose another --session, or --no-record")
      ) { try Recorder(path: path, header: CodingTests.header) { _ in } }
      first.record(SessionEvent(time: 1, .action(.openHelp)))
      first.finish(within: 600)
      #expect(try SessionFile.read(path).events.count == 1)
    }
  }

  @Test func aFileThatIsNoSessionIsLeftAlone() throws {
    try withFolder { folder in
      let path = folder + "/notes.txt"
      try Data("my notes\n".utf8).write(to: URL(fileURLWithPath: path))
      #expect(throws: SessionError.self) { try Recorder(path: path, header: CodingTests.header) { _ in } }
      #expect(try SessionFile.bytes(of: path) == Array("my notes\n".utf8))
      #expect(throws: SessionError.self) { try Recorder(path: folder, header: CodingTests.header) { _ in } }
      #expect(throws: SessionError.self) {
        try Recorder(path: folder + "/none/a.jsonl", header: CodingTests.header) { _ in }
      }
    }
  }

  /// A disk that is full for a while loses nothing: what could not be written comes with the next event.
  @Test func aFullDiskIsSaidAndSurvived() throws {
    try withFolder { folder in
      let path = folder + "/a.jsonl"
      let room = Mutex(200)
      let statuses = Mutex<[RecordingStatus]>([])
      let recorder = try Recorder(
        path: path, header: CodingTests.header,
        write: { descriptor, bytes, count in
          let part = room.withLock { room in
            let part = min(room, count)
            room -= part
            return part
          }
          guard part > 0 else {
            errno = ENOSPC
            return -1
          }
          return write(descriptor, bytes, part)
        }, onStatus: { status in statuses.withLock { $0.append(status) } })
      recorder.record(SessionEvent(time: 1, .action(.openHelp)))
      recorder.record(SessionEvent(time: 2, .action(.closeOverlay)))
      recorder.flush()
      #expect(statuses.withLock { $0.contains(.failed("No space left on device")) })
      room.withLock { $0 = 1 << 20 }
      recorder.record(SessionEvent(time: 3, .action(.mask(.full))))
      recorder.finish(within: 600)
      #expect(statuses.withLock { $0.last } == .on(file: path))
      #expect(
        try SessionFile.read(path).events.map(\.content) == [
          .action(.openHelp), .action(.closeOverlay), .action(.mask(.full)),
        ])
    }
  }

  @Test func theStoreNamesAndFindsSessions() throws {
    try withFolder { folder in
      let store = SessionStore(folder: folder + "/deep/sessions")
      #expect(store.paths().isEmpty)
      let path = try store.newPath(created: "2026-01-31T12:34:56Z", title: "The cat ran…  äöü 123 !")
      #expect(path == folder + "/deep/sessions/2026-01-31-123456-the-cat-ran-123.jsonl")
      try record([.openHelp], in: path)
      #expect(
        try store.newPath(created: "2026-01-31T12:34:56Z", title: "The cat ran 123").hasSuffix("-ran-123-2.jsonl"))
      #expect(store.paths() == [path])
      #expect(SessionStore.resolve("2026-01-31-123456-the-cat-ran-123", in: store) == path)
      #expect(SessionStore.resolve("no-such", in: store) == "no-such")
      #expect(SessionStore(environment: ["HOME": "/home/x"])?.folder == "/home/x/.local/share/headscope/sessions")
      #expect(SessionStore(environment: ["HOME": "/home/x", "XDG_DATA_HOME": "/d"])?.folder == "/d/headscope/sessions")
      #expect(SessionStore(environment: [:]) == nil)
    }
  }
}
