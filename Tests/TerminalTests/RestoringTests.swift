import Glibc
import TestSupport
import Testing

/// Whatever ends the program, the terminal is as it was before.
@Suite(.waits) struct RestoringTests {
  private static let probe = BuiltPrograms.path("terminal-probe")

  /// A shell that runs the probe, tells its status, compares the modes of the terminal, and then shows what it is sent.
  private func startInShell(term: String = "tmux-256color", _ arguments: String = "") throws -> TmuxTerminal {
    let script = """
      echo before; stty -a > before; '\(Self.probe)' \(arguments); echo status $?; stty -a > after
      cmp before after && echo modes are as before; exec cat -v
      """
    let terminal = try TmuxTerminal(
      term: term, environment: ["COLORTERM": "truecolor"], command: ["/bin/sh", "-c", "cd; \(script)"])
    try terminal.waitUntil("the first screen") { $0.contains("probe 80x24") }
    return terminal
  }

  private func expectRestored(_ terminal: TmuxTerminal, status: String) throws {
    try terminal.waitUntil("the shell") { $0.contains("modes are as before") }
    let screen = try terminal.screenWithHistory()
    #expect(screen.contains("status \(status)\n"))
    #expect(screen.hasPrefix("before\n"), "what was on the screen is there again")
    #expect(!screen.contains("▀"))
    #expect(try terminal.value("alternate_on") == "0")
    #expect(try terminal.value("cursor_flag") == "1")
    #expect(try terminal.value("mouse_any_flag},#{mouse_sgr_flag") == "0,0")
    #expect(try terminal.value("keypad_cursor_flag},#{keypad_flag") == "0,0")
    // Pastes come without marks again.
    try terminal.paste(Array("pasted\r".utf8))
    try terminal.waitUntil("the paste") { $0.contains("pasted\npasted") }
    #expect(try !terminal.waitForIdle().contains("^[[200~"))
  }

  @Test(arguments: ["tmux-256color", "xterm-256color", "screen", "linux", "vt100"]) func closing(term: String) throws {
    let terminal = try startInShell(term: term)
    try terminal.send(keys: "C-c")
    if term == "vt100" {
      try terminal.waitUntil("the shell") { $0.contains("closed\nstatus 0\nmodes are as before") }
    } else if term == "linux" {
      // It has no other screen to come back from.
      try terminal.waitUntil("the shell") { $0.contains("status 0\nmodes are as before") }
    } else {
      try expectRestored(terminal, status: "0")
    }
  }

  @Test(arguments: [SIGTERM, SIGHUP, SIGINT]) func signalsThatAskForAnEnd(signal: Int32) throws {
    let terminal = try startInShell()
    kill(try terminal.childProcessID(), signal)
    try expectRestored(terminal, status: "3")
  }

  /// The signal to go on comes with the one that asks for an end: at once, and after a stop that nobody could refuse.
  @Test(arguments: [[SIGTERM, SIGCONT], [SIGHUP, SIGCONT], [SIGINT, SIGCONT], [SIGSTOP, SIGTERM, SIGCONT]])
  func endsThatComeWithASignalToGoOn(signals: [Int32]) throws {
    let terminal = try startInShell()
    let program = try terminal.childProcessID()
    for signal in signals { kill(program, signal) }
    try expectRestored(terminal, status: "3")
  }

  /// A shell has the terminal again, and nobody brings the program back before it ends.
  @Test(arguments: [SIGTERM, SIGHUP, SIGINT]) func endsInTheBackgroundAfterAStop(signal: Int32) throws {
    let terminal = try TmuxTerminal(
      environment: ["PS1": "$ ", "COLORTERM": "truecolor"], command: ["/bin/bash", "--norc", "--noprofile", "-i"])
    try terminal.waitUntil("a prompt") { $0.hasPrefix("$") }
    try terminal.type("'\(Self.probe)'\r")
    try terminal.waitUntil("the first screen") { $0.hasPrefix("probe 80x24") }
    let program = try terminal.childProcessID()
    kill(program, SIGSTOP)
    try terminal.waitUntil("the shell") { $0.contains("Stopped") }
    #expect(try terminal.value("mouse_sgr_flag") == "1", "nobody could give it back before it was stopped")
    kill(program, signal)
    kill(program, SIGCONT)
    try terminal.waitUntil("the terminal to be as before") { _ in
      try terminal.value("alternate_on},#{mouse_any_flag},#{mouse_sgr_flag") == "0,0,0"
    }
    try terminal.waitUntil("the end") { _ in !Processes.isAlive(program) }
  }

  @Test(arguments: [SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGQUIT, SIGUSR1, SIGPIPE])
  func signalsThatKill(signal: Int32) throws {
    let terminal = try startInShell()
    kill(try terminal.childProcessID(), signal)
    try expectRestored(terminal, status: "\(128 + signal)")
  }

  /// An index out of range, `exit` without closing, `abort`, and a stack that runs over.
  @Test(arguments: [("F12", [132, 133]), ("F11", [5]), ("F10", [134]), ("F9", [139])])
  func programsThatBreak(key: String, statuses: [Int]) throws {
    let terminal = try startInShell()
    try terminal.send(keys: key)
    try terminal.waitUntil("the shell") { $0.contains("modes are as before") }
    let screen = try terminal.screenWithHistory()
    let status = try #require(statuses.first { screen.contains("status \($0)\n") })
    if key == "F12" { #expect(screen.contains("Index out of range")) }
    try expectRestored(terminal, status: "\(status)")
  }

  @Test func messagesAreKeptForLater() throws {
    let terminal = try startInShell()
    try terminal.type("E")
    try terminal.waitUntil("the key") { $0.contains("1 key character(\"E\")") }
    #expect(try !terminal.waitForIdle().contains("a message for later"))
    try terminal.send(keys: "C-c")
    try terminal.waitUntil("the message") { $0.contains("before\na message for later\nclosed\nstatus 0\n") }
  }

  @Test func redrawingCleansTheScreen() throws {
    let terminal = try startInShell()
    let clean = try terminal.waitForIdle().split(separator: "\n").prefix(3)
    try terminal.type("D")
    try terminal.waitUntil("dirt") { $0.contains("dirt all over the screen") }
    try terminal.send(keys: "C-l")
    try terminal.waitUntil("no more dirt, and all else as it was") {
      !$0.contains("dirt all") && $0.split(separator: "\n").prefix(3) == clean
    }
  }

  @Test func stoppingAndContinuing() throws {
    let terminal = try TmuxTerminal(
      environment: ["PS1": "$ ", "COLORTERM": "truecolor"], command: ["/bin/bash", "--norc", "--noprofile", "-i"])
    try terminal.waitUntil("a prompt") { $0.hasPrefix("$") }
    try terminal.type("stty -a > before; '\(Self.probe)'\r")
    try terminal.waitUntil("the first screen") { $0.hasPrefix("probe 80x24") }
    try terminal.send(keys: "a")
    try terminal.send(keys: "C-z")
    try terminal.waitUntil("the shell") { $0.contains("Stopped") }
    #expect(try terminal.value("alternate_on},#{cursor_flag},#{mouse_any_flag") == "0,1,0")
    try terminal.type("clear; echo still here\r")
    try terminal.waitUntil("the shell's answer") { $0.hasPrefix("still here\n$") }
    // Meanwhile, the window changes.
    try terminal.resize(columns: 100, rows: 30)
    try terminal.type("fg\r")
    try terminal.waitUntil("the program again, in the new size") {
      $0.hasPrefix("probe 100x30") && $0.contains("2 key control(\"z\")\n3 resized 100x30\n")
    }
    try terminal.waitUntil("the modes again") { _ in try terminal.value("alternate_on},#{mouse_sgr_flag") == "1,1" }
    try terminal.paste(Array("b".utf8))
    try terminal.waitUntil("a paste") { $0.contains("4 paste 1 b\n") }
    // Once more, by signals from elsewhere.
    let program = try terminal.childProcessID()
    for signal in [SIGTSTP, SIGSTOP] {
      kill(program, signal)
      try terminal.waitUntil("the shell after signal \(signal)") { $0.contains("Stopped") }
      try terminal.type("clear; fg\r")
      try terminal.waitUntil("the program again") {
        $0.hasPrefix("probe 100x30") && $0.contains("4 paste 1 b\n") && !$0.contains("Stopped")
      }
    }
    try terminal.send(keys: "C-c")
    try terminal.waitUntil("the shell") { $0.contains("closed\n$") }
    try terminal.type(
      "clear; stty -a > after; stty rows 24 cols 80; cmp <(grep -v rows before) <(grep -v rows after) && echo same\r")
    try terminal.waitUntil("the same modes as before") { $0.hasPrefix("same\n") }
  }

  /// Starts the probe, behind another program as `make run` is, from a shell that controls jobs, and stops it.
  private func startAndStop() throws -> TmuxTerminal {
    let terminal = try TmuxTerminal(
      environment: ["PS1": "$ "], command: ["/bin/bash", "--norc", "--noprofile", "-i"])
    try terminal.waitUntil("a prompt") { $0.hasPrefix("$") }
    try terminal.type("sh -c \"'\(Self.probe)'; exit \\$?\"\r")
    try terminal.waitUntil("the first screen") { $0.hasPrefix("probe 80x24") }
    try terminal.send(keys: "C-z")
    try terminal.waitUntil("the shell") { $0.contains("Stopped") }
    return terminal
  }

  @Test func stoppedProgramsCanBeEnded() throws {
    let terminal = try startAndStop()
    try terminal.type("kill -TERM -- -$(jobs -p); fg\r")
    let screen = try terminal.waitUntil("the end") { $0.contains("ended\n") }
    #expect(!screen.contains("probe 80x24"))
    try terminal.type("clear; stty -a | grep -o -- ' echo '; jobs; echo done\r")
    try terminal.waitUntil("a clean terminal and no job") { $0.hasPrefix(" echo\ndone\n$") }
  }

  @Test func backgroundIsNoPlaceToDraw() throws {
    let terminal = try startAndStop()
    try terminal.type("clear; bg\r")
    try terminal.waitUntil("the program to stop again") { _ in
      try terminal.type("jobs\r")
      return try terminal.waitForIdle().contains("Stopped")
    }
    #expect(try terminal.value("alternate_on") == "0")
    try terminal.type("fg\r")
    try terminal.waitUntil("the program") { $0.hasPrefix("probe 80x24") && $0.contains("1 key control(\"z\")\n") }
    try terminal.send(keys: "C-c")
    try terminal.waitUntil("the shell") { $0.contains("closed\n$") }
  }

  /// Nobody could continue a program that is its own session: Ctrl-Z must not lock it up.
  @Test func stoppingWithoutAShell() throws {
    let terminal = try TmuxTerminal(command: [Self.probe])
    try terminal.waitUntil("the first screen") { $0.hasPrefix("probe 80x24") }
    try terminal.send(keys: "C-z")
    try terminal.send(keys: "a")
    try terminal.waitUntil("the next key") { $0.contains("2 key character(\"a\")\n") }
    #expect(try terminal.value("alternate_on") == "1")
  }

  @Test func hangingUpEndsTheProgram() throws {
    let terminal = try startInShell()
    let program = try terminal.childProcessID()
    try terminal.close()
    #expect(comesTrue { !Processes.isAlive(program) })
  }
}
