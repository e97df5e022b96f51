import Foundation
import TestSupport
import Testing

/// What becomes of a session whose file cannot be kept as it should.
@Suite(.waits) struct RecordingTests {
  private func explore(_ file: String, shell: String) throws -> TmuxTerminal {
    try TmuxTerminal(
      columns: 140, rows: 24, environment: ["HEADSCOPE_MODELS": Fixtures.root + "/models"],
      command: ["/bin/sh", "-c", "\(shell) exec \"$@\"", "sh", BuiltPrograms.path("headscope"), "--session", file])
  }

  private func temporaryPath() -> String {
    NSTemporaryDirectory() + "headscope-recording-\(UUID().uuidString.prefix(8)).jsonl"
  }

  /// No file may grow beyond a few lines, as on a disk that is full.
  @Test func leavingWithAFullDiskIsNoSuccess() throws {
    let file = temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: file) }
    let terminal = try explore(file, shell: "trap '' XFSZ; ulimit -f 1;")
    try terminal.waitUntil("the first picture") { $0.contains("tokens 5") }
    try terminal.send(keys: (0..<24).map { $0 % 2 == 0 ? "Right" : "Left" })
    try terminal.send(keys: "q")
    #expect(try terminal.waitForEnd() == .status(1))
    // However the terminal breaks the line.
    let screen = try terminal.screen().filter { !$0.isWhitespace }
    let words = "the end of the session could not be written to \(file): File too large; nowhere else was room"
    #expect(screen.contains(words.filter { !$0.isWhitespace }), "\(screen)")
  }

  @Test func aSessionThatIsRemovedWhileItIsRecordedIsThereInTheEnd() throws {
    let file = temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: file) }
    let terminal = try explore(file, shell: "")
    try terminal.waitUntil("the first picture") { $0.contains("tokens 5") }
    try FileManager.default.removeItem(atPath: file)
    try terminal.send(keys: "Right")
    try terminal.waitUntil("a word about it") { $0.contains("the session's file was removed") }
    try terminal.send(keys: "q")
    #expect(try terminal.waitForEnd() == .status(0))
    let text = try String(contentsOfFile: file, encoding: .utf8)
    #expect(text.hasPrefix(#"{"headscope-session":1"#) && text.contains(#""action":"selectHead""#))
  }
}
