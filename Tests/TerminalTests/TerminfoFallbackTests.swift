import Glibc
import TestSupport
import Testing

/// Terminals that the system's terminfo database does not know.
@Suite(.waits) struct TerminfoFallbackTests {
  private static let probe = BuiltPrograms.path("terminal-probe")

  private func terminal(_ term: String, assets: String) throws -> TmuxTerminal {
    try TmuxTerminal(
      columns: 100, rows: 10, term: term, environment: ["HEADSCOPE_ASSETS": assets], command: [Self.probe])
  }

  /// Assets like those of a package, which bring descriptions of terminals along.
  private func assets() throws -> TemporaryFolder {
    let folder = TemporaryFolder()
    folder.link("headscope.terminfo", to: Fixtures.root + "/assets/headscope.terminfo")
    folder.link("scales", to: Fixtures.root + "/assets/scales")
    folder.write("terminal-from-far-away|for tests, use=xterm-256color,\n", to: "source")
    let database = folder["terminfo"]
    #expect(system("tic -x -o '\(database)' '\(folder["source"])' 2>/dev/null") == 0)
    return folder
  }

  @Test func aTerminalThatOnlyTheProgramKnowsIsUsed() throws {
    let folder = try assets()
    let terminal = try terminal("terminal-from-far-away", assets: folder.path)
    try terminal.waitUntil("the probe's first screen") { $0.contains("probe 100x10") }
    #expect(try terminal.value("alternate_on") == "1")
  }

  @Test func anUnknownKindOfXtermIsTakenForOneWith256Colours() throws {
    let terminal = try terminal("xterm-of-tomorrow", assets: Fixtures.root + "/assets")
    try terminal.waitUntil("the probe's first screen") { $0.contains("probe 100x10") }
    #expect(try terminal.value("alternate_on") == "1")
  }

  @Test func aTerminalThatNobodyKnowsIsRefused() throws {
    let folder = try assets()
    let terminal = try terminal("unheard-of", assets: folder.path)
    #expect(try terminal.waitForEnd() == .status(64))
    #expect(try terminal.screen().contains("the terminal 'unheard-of' (TERM) is not in the terminfo database"))
  }
}
