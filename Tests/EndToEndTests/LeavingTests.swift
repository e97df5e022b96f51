import Foundation
import TestSupport
import Testing

/// The program ends at once: no library takes anything down while a thread still computes with it.
@Suite struct LeavingTests {
  /// What the system's loader noted about programs that wrote their notes into a folder: each library that it set up or took
  /// down.
  private static func notes(in folder: String) throws -> String {
    try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix("loader.") }
      .map { String(decoding: try contents(of: "\(folder)/\($0)"), as: UTF8.self) }.joined()
  }

  private static func loaderVariables(_ folder: String) -> [String: String] {
    ["LD_DEBUG": "files", "LD_DEBUG_OUTPUT": "\(folder)/loader", "HEADSCOPE_MODELS": Fixtures.root + "/models"]
  }

  /// Help, a version, an answer, wrong calls, and something that is not there.
  private static let calls: [(arguments: [String], status: Int32)] = [
    (["--version"], 0), (["--help"], 0), (["help", "export"], 0), (["tokenize", "The cat ran"], 0),
    (["tokenize"], 64), (["tokenize", "--no-such-option"], 64), (["sessions", "check", "no-such-session"], 1),
    (["export", "The cat ran", "-o", "/no/such/folder/x.json"], 1),
  ]

  @Test(arguments: calls)
  func commandsEndWithoutTakingLibrariesDown(arguments: [String], status: Int32) throws {
    let folder = TemporaryFolder()
    let outcome = try Program(environment: Self.loaderVariables(folder.path)).run(arguments)
    #expect(outcome.status == status, "\(outcome.errors)")
    let notes = try Self.notes(in: folder.path)
    #expect(notes.contains("calling init: ") && !notes.contains("calling fini: "))
  }

  /// In the middle of a computation, by a key or by a signal.
  @Test(.waits, arguments: ["q", "C-c", "TERM", "HUP", "INT"])
  func theExplorerEndsWithoutTakingLibrariesDown(way: String) throws {
    let folder = TemporaryFolder()
    let terminal = try TmuxTerminal(
      environment: Self.loaderVariables(folder.path),
      command: [BuiltPrograms.path("headscope"), "--no-record", "--pad-to", "256", "The cat ran"])
    try terminal.waitUntil("the first screen") { $0.contains("The cat ran") || $0.contains("[CLS]") }
    switch way {
    case "TERM": try terminal.signal(SIGTERM)
    case "HUP": try terminal.signal(SIGHUP)
    case "INT": try terminal.signal(SIGINT)
    default: try terminal.send(keys: way)
    }
    #expect(try terminal.waitForEnd() == .status(0))
    let notes = try Self.notes(in: folder.path)
    // The shell that tmux starts the program with is watched, too, and ends as it likes.
    let program = notes.split(separator: "\n").filter { $0.contains("libonig") }
    #expect(program.contains { $0.contains("calling init: ") } && !program.contains { $0.contains("calling fini: ") })
  }
}
