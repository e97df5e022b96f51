import ExplorerAppTestSupport
import Foundation
import TestSupport
import Testing

/// Sessions in real terminals: looked on at while they are recorded, and at any size. What keys do in a replay and in the list
/// of sessions is tested without a terminal (`SessionJourneyTests`).
@Suite(.waits) struct ReplayTerminalTests {
  private let model = TinyModel()
  private var folder: TemporaryFolder { model.folder }
  private var sessions: String { folder["sessions"] }

  private static let lesson = """
    {"headscope-session":1,"title":"A lesson","created":"2026-01-31T12:00:00Z","model":{"name":"tiny"}}
    {"t":0,"action":"texts","texts":["The cat ran."]}
    {"t":1,"mark":"Padding"}
    {"t":1,"note":"Two more positions."}
    {"t":2,"action":"pad","to":8}
    {"t":3,"mark":"A question"}
    {"t":3,"action":"show","view":"head"}
    {"t":4,"question":"Which key?","answer":{"query":0,"key":1}}
    {"t":9,"action":"mask","mode":"none"}

    """

  private func terminal(_ columns: Int = 80, _ rows: Int = 24, _ arguments: String...) throws -> TmuxTerminal {
    try TmuxTerminal(
      columns: columns, rows: rows,
      environment: [
        "HEADSCOPE_MODELS": folder.path, "HEADSCOPE_SESSIONS": sessions, "XDG_RUNTIME_DIR": folder.path,
      ], command: [Program.path] + arguments)
  }

  private func settled(_ terminal: TmuxTerminal) throws -> [String] {
    try terminal.waitUntil("the end of the computation") { !$0.contains("computing") }
    return try terminal.waitForIdle().split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// What a replay and an exploration show alike: not the title, nor the lines in words and with hints at the bottom.
  private func picture(_ terminal: TmuxTerminal) throws -> [String] {
    var lines = try settled(terminal)
    while lines.last == "" { lines.removeLast() }
    return Array(lines.dropFirst().dropLast(3))
  }

  private func lines(of file: String) -> [String] {
    String(decoding: (try? contents(of: file)) ?? [], as: UTF8.self).split(separator: "\n").map(String.init)
  }

  private func append(_ bytes: [UInt8], to file: String) throws {
    let handle = try #require(FileHandle(forWritingAtPath: file))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(bytes))
    try handle.close()
  }

  // MARK: Following

  /// Another program's session, at another size, through all that can happen to its writer and its file.
  @Test func aLiveSessionIsFollowedWhateverBecomesOfItsWriter() throws {
    let file = folder["live.jsonl"]
    func write() throws -> TmuxTerminal {
      let writer = try terminal(120, 40, "--model", "tiny", "The cat ran.", "--session", file)
      try writer.waitUntil("the writer's first picture") { $0.contains("tokens 6") && $0.contains("saved") }
      return writer
    }
    let follower: TmuxTerminal
    do {
      let writer = try write()
      follower = try terminal(80, 24, "replay", "--follow", file)
      try follower.waitUntil("what there is") { $0.contains("LIVE of The cat ran.") && $0.contains("[SEP]") }
      try writer.send(keys: "p")
      let pressed = Date()
      try follower.waitUntil("padding") { $0.contains(" PAD") }
      print("what another program did was seen after \(Date().timeIntervalSince(pressed)) s")
      try writer.send(keys: "m")
      try follower.waitUntil("the mask") { $0.contains("mask none") }
      try writer.type("'")
      try writer.type("Look here")
      try writer.send(keys: "Enter")
      try follower.waitUntil("the mark") { $0.contains("Look here") }
      try writer.type("\"")
      try writer.type("PAD is attended to")
      try writer.send(keys: "Enter")
      try follower.waitUntil("the note") { $0.contains("PAD is attended to") }
      // Looking back disturbs nobody, and what happens meanwhile is there afterwards.
      try follower.send(keys: ",", ",")
      try follower.waitUntil("a look back") { $0.contains("REPLAY") && !$0.contains("mask none") }
      try writer.send(keys: "m")
      try writer.waitUntil("that the writer goes on") { $0.contains("mask full") && $0.contains("saved") }
      try follower.send(keys: "G")
      try follower.waitUntil("what happens now") { $0.contains("LIVE") && $0.contains("mask full") }
      try writer.signal(SIGKILL)
      #expect(try writer.waitForEnd() == .signal(Int(SIGKILL)))
    }
    // A line that was torn, and bytes that are no text.
    try append([0xFF, 0x00, 0x1B] + Array("[2J\n{\"t\":1,\"act".utf8), to: file)
    try follower.waitUntil("a word on the garbage") { $0.contains("line ") && $0.contains("mask full") }
    // The writer comes back, mends the file, and is followed on.
    do {
      let writer = try write()
      try writer.send(keys: "m")
      try follower.waitUntil("the writer who came back") { $0.contains("mask causal") && $0.contains("LIVE") }
      try writer.send(keys: "q")
      #expect(try writer.waitForEnd() == .status(0))
    }
    // Cut to a few lines, and then to nothing.
    let start = lines(of: file).prefix(2).joined(separator: "\n") + "\n"
    try start.write(toFile: file, atomically: false, encoding: .utf8)
    try follower.waitUntil("the shorter session") { $0.contains("mask keys") && $0.contains("LIVE") }
    #expect(truncate(file, 0) == 0)
    try follower.waitUntil("a word on the empty file") { $0.contains("holds no session") && $0.contains("mask keys") }
    try follower.send(keys: "q")
    #expect(try follower.waitForEnd() == .status(0))
  }

  // MARK: The list of sessions

  /// A session names no folder: where its weights were seen last, the list finds its model.
  @Test func theListFindsTheModelOfASessionByItsWeights() throws {
    let away = TinyModel(without: ["model.safetensors"])
    var weights = try away.original("model.safetensors")
    weights[weights.count - 1] ^= 1
    away.folder.write(weights, to: "tiny/model.safetensors")
    folder.write(Self.lesson.replacingOccurrences(of: #""tiny""#, with: #""away""#), to: "sessions/one.jsonl")
    folder.makeFolder("home")
    let edited = try Program(environment: ["HOME": folder["home"], "HEADSCOPE_SESSIONS": sessions]).run(
      "sessions", "edit", "one", "--fingerprint", "--model", away.path)
    try #require(edited.status == 0, "\(edited.errors)")
    for (home, isFound) in [("home", true), ("other", false)] {
      let program = try TmuxTerminal(
        columns: 100, rows: 30,
        environment: [
          "HOME": folder[home], "XDG_STATE_HOME": "", "HEADSCOPE_MODELS": folder.path, "HEADSCOPE_SESSIONS": sessions,
          "XDG_RUNTIME_DIR": folder.path,
        ], command: [Program.path, "--model", "tiny", "--no-record", "A dog"])
      try program.waitUntil("the first picture") { $0.contains("tokens ") && !$0.contains("tokens 0") }
      try program.type("S")
      try program.waitUntil("the list") {
        $0.contains("1 session, 15 lessons, ") && $0.contains(" examples") && $0.contains("A lesson")
      }
      try program.send(keys: "Enter")
      guard isFound else {
        try program.waitUntil("why not") { $0.contains("no model named 'away'") && !$0.contains("REPLAY") }
        continue
      }
      try program.waitUntil("the replay") { $0.contains("REPLAY") && $0.contains("cat") }
      try program.send(keys: "G")
      try program.waitUntil("its end") { $0.contains("REPLAY 4/4") && $0.contains("mask none") }
      #expect(try !settled(program).contains { $0.contains("differs") })
    }
  }

  // MARK: Sizes

  /// Meanings are recorded and no places on a screen: what was done at one size is there at any other.
  @Test(arguments: [((200, 60), (80, 24)), ((80, 24), (200, 60))])
  func aSessionReplaysAtAnotherSize(recorded: (Int, Int), replayed: (Int, Int)) throws {
    let file = folder["sized.jsonl"]
    let live = try terminal(recorded.0, recorded.1, "--model", "tiny", "The cat ran.", "--session", file)
    try live.waitUntil("the first picture") { $0.contains("tokens 6") }
    // The same keys come to other places at other sizes: pages, cells that fit.
    for key in [
      "Right", "Down", "Enter", "p", "Down", "NPage", "Right", "-", "m", "m", "4", "5", "6", "NPage", "3", "Right", "2",
      "#",
    ] {
      try live.send(keys: key)
    }
    try live.waitUntil("the last key") { $0.contains("mask full") && $0.contains("from 1") }
    _ = try settled(live)
    // What the recorder itself shows at the other size.
    try live.resize(columns: replayed.0, rows: replayed.1)
    try live.waitUntil("the other size") {
      $0.split(separator: "\n", omittingEmptySubsequences: false).count >= replayed.1
    }
    let expected = try picture(live)
    try live.send(keys: "q")
    #expect(try live.waitForEnd() == .status(0))
    let replay = try terminal(replayed.0, replayed.1, "replay", "--step", file)
    try replay.waitUntil("the start") { $0.contains("REPLAY 0/") }
    try replay.send(keys: "G")
    try replay.waitUntil("the end") { $0.contains("mask full") && $0.contains("The end of the session") }
    #expect(try picture(replay) == expected)
    // And while it is replayed.
    try replay.resize(columns: recorded.0, rows: recorded.1)
    try replay.waitUntil("the size of the recording") {
      $0.split(separator: "\n", omittingEmptySubsequences: false).count >= recorded.1 && $0.contains("mask full")
    }
    try replay.send(keys: "g")
    try replay.waitUntil("the start again") { $0.contains("REPLAY 0/") }
    try replay.send(keys: "q")
    #expect(try replay.waitForEnd() == .status(0))
  }
}
