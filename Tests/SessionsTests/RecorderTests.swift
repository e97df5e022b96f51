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
        }, onReport: { report in statuses.withLock { $0.append(report.status) } })
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

  @Test func aSessionThatIsRemovedIsWrittenAnew() throws {
    try withFolder { folder in
      let path = folder + "/deep/a.jsonl"
      try FileManager.default.createDirectory(atPath: folder + "/deep", withIntermediateDirectories: true)
      let reports = Mutex<[RecordingReport]>([])
      let recorder = try Recorder(path: path, header: CodingTests.header) { report in
        reports.withLock { $0.append(report) }
      }
      recorder.record(SessionEvent(time: 1, .action(.openHelp)))
      recorder.flush()
      try FileManager.default.removeItem(atPath: folder + "/deep")
      recorder.record(SessionEvent(time: 2, .action(.closeOverlay)))
      recorder.flush()
      #expect(
        reports.withLock { $0 } == [
          RecordingReport(.on(file: path), notice: "the session's file was removed: all of it is in \(path)")
        ])
      #expect(try SessionFile.read(path).events.count == 2)
      // Nobody presses a key between the second time and the end.
      try FileManager.default.removeItem(atPath: path)
      #expect(recorder.finish(within: 600) == nil)
      let session = try SessionFile.read(path)
      #expect(session.header == CodingTests.header)
      #expect(session.events.map(\.content) == [.action(.openHelp), .action(.closeOverlay)])
    }
  }

  /// An editor that saves puts another file in its place: that is left alone.
  @Test func aSessionThatIsReplacedGoesOnBesideIt() throws {
    try withFolder { folder in
      let path = folder + "/a.jsonl"
      let recorder = try Recorder(path: path, header: CodingTests.header) { _ in }
      recorder.record(SessionEvent(time: 1, .action(.openHelp)))
      recorder.flush()
      try Data("another\n".utf8).write(to: URL(fileURLWithPath: folder + "/b"))
      #expect(rename(folder + "/b", path) == 0)
      recorder.record(SessionEvent(time: 2, .action(.closeOverlay)))
      #expect(recorder.finish(within: 600) == nil)
      #expect(try SessionFile.bytes(of: path) == Array("another\n".utf8))
      #expect(
        try SessionFile.read(folder + "/a-2.jsonl").events.map(\.content) == [
          .action(.openHelp), .action(.closeOverlay),
        ])
    }
  }

  /// Some programs write a file anew in its place, as a shell's `>` does: what they write is left alone, too.
  @Test(arguments: [0, 30]) func aSessionThatIsCutShortGoesOnBesideIt(rest: Int) throws {
    try withFolder { folder in
      let path = folder + "/a.jsonl"
      let reports = Mutex<[RecordingReport]>([])
      try record([.closeOverlay], in: path)
      let recorder = try Recorder(path: path, header: CodingTests.header) { report in
        reports.withLock { $0.append(report) }
      }
      recorder.record(SessionEvent(time: 1, .action(.openHelp)))
      recorder.flush()
      let bytes = try SessionFile.bytes(of: path)
      #expect(truncate(path, rest) == 0)
      recorder.record(SessionEvent(time: 2, .action(.closeOverlay)))
      recorder.flush()
      let place = folder + "/a-2.jsonl"
      #expect(
        reports.withLock { $0 } == [
          RecordingReport(.on(file: place), notice: "the session's file was cut short: all of it is in \(place)")
        ])
      // Nobody presses a key between the second time and the end.
      #expect(truncate(place, rest) == 0)
      #expect(recorder.finish(within: 600) == nil)
      #expect(try SessionFile.bytes(of: path) == Array(bytes.prefix(rest)))
      let session = try SessionFile.read(folder + "/a-2-2.jsonl")
      #expect(session.header == CodingTests.header)
      #expect(
        session.events.map(\.content) == [.action(.closeOverlay), .action(.openHelp), .action(.closeOverlay)])
    }
  }

  @Test func aSessionThatIsMovedIsFollowed() throws {
    try withFolder { folder in
      let path = folder + "/a.jsonl"
      let reports = Mutex<[RecordingReport]>([])
      let recorder = try Recorder(path: path, header: CodingTests.header) { report in
        reports.withLock { $0.append(report) }
      }
      recorder.flush()
      #expect(rename(path, folder + "/b.jsonl") == 0)
      recorder.record(SessionEvent(time: 1, .action(.openHelp)))
      recorder.record(SessionEvent(time: 2, .action(.closeOverlay)))
      #expect(recorder.finish(within: 600) == nil)
      #expect(reports.withLock { $0.count } == 1)
      #expect(reports.withLock { $0.first?.notice?.hasSuffix("recording goes on in \(folder)/b.jsonl") } == true)
      #expect(try SessionFile.read(folder + "/b.jsonl").events.count == 2)
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  /// The disk is full from the third line on, and stays so.
  @Test func whatCannotBeWrittenAtTheEndIsSavedElsewhereOrSaid() throws {
    try withFolder { folder in
      func recordOnFullDisk(rescue folders: [String]) throws -> RecordingLoss? {
        let lines = Mutex(0)
        let recorder = try Recorder(
          path: folder + "/a.jsonl", header: CodingTests.header,
          write: { descriptor, bytes, count in
            guard
              lines.withLock({
                $0 += 1
                return $0
              }) <= 2
            else {
              errno = ENOSPC
              return -1
            }
            return write(descriptor, bytes, count)
          }, rescueFolders: folders, onReport: { _ in })
        for time in [1.0, 2, 3] { recorder.record(SessionEvent(time: time, .action(.openHelp))) }
        recorder.flush()
        return recorder.finish(within: 600)
      }
      let place = folder + "/a-rescued.jsonl"
      let loss = try #require(try recordOnFullDisk(rescue: [folder + "/none", folder]))
      #expect(
        loss.description
          == "the end of the session could not be written to \(folder)/a.jsonl: No space left on device; all of it is in \(place)"
      )
      #expect(try SessionFile.read(place).events.map(\.time) == [1, 2, 3])
      #expect(try SessionFile.read(folder + "/a.jsonl").events.map(\.time) == [1])
      try FileManager.default.removeItem(atPath: folder + "/a.jsonl")
      #expect(
        try recordOnFullDisk(rescue: [folder + "/none"])
          == RecordingLoss(path: folder + "/a.jsonl", reason: "No space left on device", rescue: .lost(lines: 2)))
    }
  }

  /// Whoever knows the name beforehand could have put a link there, and had another file written over.
  @Test func namesOfUnfinishedSessionsCannotBePutThereBeforehand() throws {
    try withFolder { folder in
      let path = folder + "/a.jsonl"
      let other = folder + "/other"
      try Data("other".utf8).write(to: URL(fileURLWithPath: other))
      #expect(symlink(other, folder + "/.a.jsonl.\(getpid()).tmp") == 0)
      try SessionFile.write([1, 2, 3], to: path)
      #expect(try SessionFile.bytes(of: path) == [1, 2, 3])
      #expect(try SessionFile.bytes(of: other) == Array("other".utf8))
      chmod(path, 0o600)
      try SessionFile.write([4], to: path)
      #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    }
  }

  /// None of these may be waited for.
  @Test func onlyFilesAreSessions() throws {
    try withFolder { folder in
      let pipe = folder + "/pipe.jsonl"
      #expect(mkfifo(pipe, 0o600) == 0)
      let reading = SessionError(
        "\(pipe) is a pipe: it holds no session; write what comes out of it into a file first")
      #expect(throws: reading) { try SessionFile.read(pipe) }
      #expect(throws: reading) { try SessionDocument(reading: pipe) }
      #expect(SessionList(scanning: [pipe]).errors == [reading])
      #expect(throws: reading) { try SessionTrash(for: pipe).take(pipe, now: "") }
      #expect(
        throws: SessionError("\(pipe) is a pipe: what can be followed is the file that another headscope records in")
      ) { try SessionTail.open(pipe) }
      #expect(
        throws: SessionError(
          "cannot record in \(pipe): it is a pipe, and a session is recorded in a file")
      ) { try Recorder(path: pipe, header: CodingTests.header) { _ in } }
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
