import TestSupport
import Testing

/// What a program shows in terminals of all kinds.
@Suite(.waits) struct OutputTests {
  private static let probe = BuiltPrograms.path("terminal-probe")

  private func start(term: String, _ environment: [String: String]) throws -> (TmuxTerminal, String) {
    let terminal = try TmuxTerminal(columns: 60, rows: 10, term: term, environment: environment, command: [Self.probe])
    try terminal.waitUntil("the first screen") { $0.contains("text under orange") }
    return (terminal, try terminal.waitForIdle())
  }

  @Test(
    arguments: [
      ("tmux-256color", ["COLORTERM": "truecolor"], "truecolor unicode", "38;2;68;1;84"),
      ("xterm-256color", ["COLORTERM": "truecolor"], "truecolor unicode", "38;2;68;1;84"),
      ("xterm", ["COLORTERM": "24bit"], "truecolor unicode", "38;2;68;1;84"),
      ("screen", ["COLORTERM": "truecolor"], "truecolor unicode", "38;2;68;1;84"),
      ("xterm", ["HEADSCOPE_COLORS": "truecolor"], "truecolor unicode", "38;2;68;1;84"),
      ("tmux-256color", [:], "indexed256 unicode", "38;5;53"),
      ("xterm-256color", ["COLORTERM": "truecolor", "HEADSCOPE_COLORS": "256"], "indexed256 unicode", "38;5;53"),
      ("xterm-256color", ["COLORTERM": "truecolor", "HEADSCOPE_ASSETS": "/nowhere"], "indexed256 unicode", "38;5;16"),
      ("screen", [:], "eight unicode", "33m"),
      ("xterm", [:], "eight unicode", "33m"),
      ("linux", [:], "eight unicode", "33m"),
      ("xterm-256color", ["NO_COLOR": "1"], "none unicode", "\u{1B}[4;7m"),
      ("vt100", [:], "none unicode", "\u{1B}[4;7m"),
      ("vt220", ["COLORTERM": "truecolor"], "none unicode", "\u{1B}[4;7m"),
      ("xterm-256color", ["LANG": "C"], "indexed256 ascii", "38;5;53"),
      ("xterm-256color", ["LANG": "POSIX"], "indexed256 ascii", "38;5;53"),
      ("xterm-256color", ["LC_ALL": "C", "LANG": "C.UTF-8"], "indexed256 ascii", "38;5;53"),
      ("xterm-256color", ["LANG": "tlh_XX.UTF-8"], "indexed256 unicode", "38;5;53"),
    ] as [(String, [String: String], String, String)])
  func terminalsOfAllKinds(term: String, environment: [String: String], expected: String, sequence: String) throws {
    let (terminal, screen) = try start(term: term, environment)
    #expect(screen.hasPrefix("probe 60x10 \(expected) "))
    let styled = try terminal.screenWithStyles()
    #expect(styled.contains(sequence), "\(sequence.debugDescription) in \(styled.debugDescription)")
    if expected.hasSuffix("ascii") {
      #expect(screen.utf8.allSatisfy { $0 < 0x80 })
      #expect(screen.contains("<U+00E9><U+6F22>e<U+0301>|"))
    } else {
      #expect(screen.contains("é漢e\u{301}|"))
    }
    if expected.hasPrefix("none") {
      #expect(styled.firstMatch(of: /\e\[([0-9;]*;)?[34](8;[0-9;]*|[0-7])m/) == nil)
    }
    #expect(try terminal.value("cursor_flag") == (term == "vt100" ? "1" : "0"))
    #expect(try terminal.value("alternate_on") == (term.hasPrefix("vt") || term == "linux" ? "0" : "1"))
  }

  @Test(
    arguments: [
      ("dumb", [:], "the terminal 'dumb' (TERM) cannot move its cursor"),
      ("no-such-terminal", [:], "the terminal 'no-such-terminal' (TERM) is not in the terminfo database"),
      ("xterm", ["HEADSCOPE_COLORS": "lots"], "HEADSCOPE_COLORS is 'lots'; expected truecolor, 256, 8 or none"),
    ] as [(String, [String: String], String)])
  func unusableTerminalsAreRefused(term: String, environment: [String: String], message: String) throws {
    let terminal = try TmuxTerminal(columns: 200, rows: 5, term: term, environment: environment, command: [Self.probe])
    #expect(try terminal.waitForEnd() == .status(64))
    #expect(try terminal.screen().hasPrefix("terminal-probe: \(message)"))
  }

  @Test func withoutANameThereIsAClearWord() throws {
    let terminal = try TmuxTerminal(columns: 200, rows: 5, command: ["/usr/bin/env", "-u", "TERM", Self.probe])
    #expect(try terminal.waitForEnd() == .status(64))
    #expect(try terminal.screen().hasPrefix("terminal-probe: the environment variable TERM is not set; "))
  }

  @Test func withoutATerminalThereIsAClearWord() throws {
    for (redirection, stream) in [("< /dev/null", "standard input"), ("| cat; exit 64", "standard output")] {
      let terminal = try TmuxTerminal(
        columns: 200, rows: 5, command: ["/bin/sh", "-c", "'\(Self.probe)' \(redirection)"])
      #expect(try terminal.waitForEnd() == .status(64))
      #expect(try terminal.screen().hasPrefix("terminal-probe: \(stream) is not a terminal; "))
    }
  }

  @Test func cursorIsWhereTheCanvasSays() throws {
    let terminal = try TmuxTerminal(columns: 60, rows: 10, command: [Self.probe, "--cursor"])
    try terminal.waitUntil("the cursor") { _ in try terminal.value("cursor_flag},#{cursor_x},#{cursor_y") == "1,7,4" }
  }

  /// There are 65,536 numbers for pairs of colours, on some terminals 64. When they are used up, they are given anew.
  @Test(arguments: [["COLORTERM": "truecolor"], ["HEADSCOPE_COLORS": "256"], ["HEADSCOPE_COLORS": "8"]])
  func manyColors(environment: [String: String]) throws {
    let terminal = try TmuxTerminal(term: "xterm", environment: environment, command: [Self.probe])
    try terminal.waitUntil("the first screen") { $0.contains("text under orange") }
    try terminal.waitForIdle()
    func colors() throws -> [Substring] {
      let lines = try terminal.screenWithStyles().split(separator: "\n").prefix(3)
      return lines.flatMap { $0.matches(of: /\e\[[0-9;]*[34][0-8](;[0-9;]*)?m[^\e]+/) }.map(\.output.0)
    }
    let before = try colors()
    #expect(before.count > 5)
    try terminal.type("P")
    try terminal.waitUntil("the end of the storm") { $0.contains("2 storm") }
    try terminal.waitForIdle()
    #expect(try colors() == before)
  }

  /// Over a slow line, every byte counts: a key that changes one line must not send the whole screen.
  @Test func onlyWhatChangesIsSent() throws {
    let terminal = try TmuxTerminal(
      columns: 120, rows: 40, environment: ["COLORTERM": "truecolor"], command: [Self.probe])
    try terminal.waitUntil("the first screen") { $0.contains("text under orange") }
    let file = "\(terminal.folder)/sent"
    try terminal.recordOutput(to: file)
    try terminal.send(keys: "a")
    try terminal.waitUntil("the key") { $0.contains("1 key character(\"a\")\n") }
    // What has been sent is written down by one more program.
    try terminal.waitForIdle()
    let sent = Fixtures.bytes(file)
    #expect(
      !sent.isEmpty && sent.count < 100,
      "\(sent.count) bytes: \(String(decoding: sent, as: UTF8.self).debugDescription)")
    let text = String(decoding: sent, as: UTF8.self)
    #expect(text.hasPrefix("\u{1B}[?2026h"), "\(text.debugDescription)")
    #expect(text.hasSuffix("\u{1B}[?2026l"))
    #expect(!text.contains("\u{1B}[2J") && !text.contains("\u{1B}[J"))
  }

  /// Whoever types sees it at once, whatever else there is to be drawn; and nothing of that is lost.
  @Test func keysGoBeforePictures() throws {
    func start() throws -> TmuxTerminal {
      let terminal = try TmuxTerminal(
        columns: 150, rows: 40, environment: ["COLORTERM": "truecolor"], command: [Self.probe])
      try terminal.waitUntil("the first screen") { $0.contains("text under orange") }
      return terminal
    }
    let terminal = try start()
    let file = "\(terminal.folder)/sent"
    try terminal.recordOutput(to: file)
    // The second key is there already when the picture is drawn that the first one brings.
    try terminal.type("Cx")
    try terminal.waitUntil("both keys") { $0.contains("2 key character(\"x\")") }
    try terminal.waitForIdle()
    let sent = String(decoding: Fixtures.bytes(file), as: UTF8.self)
    let key = try #require(sent.range(of: "2 key"))
    let picture = try #require(sent.range(of: "▄"))
    #expect(key.lowerBound < picture.lowerBound)

    let patient = try start()
    try patient.type("C")
    try patient.waitUntil("the picture") { $0.contains("▄") }
    try patient.waitForIdle()
    try patient.type("x")
    try patient.waitUntil("the key") { $0.contains("2 key character(\"x\")") }
    try patient.waitForIdle()
    #expect(try terminal.screenWithStyles() == patient.screenWithStyles())
  }
}
