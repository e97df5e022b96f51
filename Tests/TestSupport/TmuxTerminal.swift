import Foundation

/// What went wrong in a terminal, with what was on its screen.
public struct TmuxError: Error, CustomStringConvertible {
  /// What went wrong, in words.
  public let description: String
}

/// A real terminal with a program in it: a tmux of its own, without a window, on a private socket.
///
/// Nothing here sleeps and hopes: one waits for what one expects (`waitUntil`) or for the screen to stop changing (`waitForIdle`).
public final class TmuxTerminal {
  /// How a program ended.
  public enum Ending: Equatable, Sendable {
    case status(Int)
    case signal(Int)
  }

  /// A folder for the test's own files, which goes away with the terminal. It is also the program's HOME.
  public let folder: String
  private var socket: String { "\(folder)/tmux" }
  private var calls = 0
  /// The shell around the program, and the server that plays the terminal.
  private var keeper: pid_t = 0
  private var server: pid_t = 0

  /// - Parameters:
  ///   - term: the TERM that the program sees; tmux understands what xterm does.
  ///   - environment: the program's variables, beside PATH, HOME and LANG=C.UTF-8. No others are inherited.
  ///   - command: the program and its arguments; no shell reads them.
  public init(
    columns: Int = 80, rows: Int = 24, term: String = "tmux-256color", environment: [String: String] = [:],
    command: [String]
  ) throws {
    folder = "\(NSTemporaryDirectory())/headscope-test-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let settings = """
      set -g status off
      set -s escape-time 0
      set -s exit-empty off
      set -g remain-on-exit on
      set -g remain-on-exit-format ''
      set -g default-terminal \(term)
      set -g history-limit 10000
      set -ga terminal-overrides ",*:Tc:RGB"

      """
    try settings.write(toFile: "\(folder)/tmux.conf", atomically: true, encoding: .utf8)
    // A shell that is hung up would write its history into a folder that is gone.
    var variables = ["LANG": "C.UTF-8", "HOME": folder, "HISTFILE": "/dev/null", "SWIFT_BACKTRACE": "enable=no"]
    variables.merge(environment) { $1 }
    let options = variables.sorted { $0.key < $1.key }.flatMap { ["-e", "\($0.key)=\($0.value)"] }
    try run(
      ["-f", "\(folder)/tmux.conf", "new-session", "-d", "-c", folder, "-x", "\(columns)", "-y", "\(rows)"] + options
        + ["--", "/bin/sh", "-c", "\"$@\"; echo $? > '\(folder)/status'", "sh"] + command)
    let processes = try value("pane_pid} #{pid").split(separator: " ").compactMap { pid_t($0) }
    guard processes.count == 2 else { throw TmuxError(description: "the terminal has no process") }
    (keeper, server) = (processes[0], processes[1])
  }

  /// Takes the terminal away from the program, as closing a window does.
  public func close() throws { try run(["kill-server"]) }

  deinit {
    try? close()
    try? FileManager.default.removeItem(atPath: folder)
  }

  // MARK: - Input

  /// Presses keys by their names in tmux: `Left`, `C-c`, `M-x`, `F5`, `a`.
  public func send(keys: String...) throws { try send(keys: keys) }

  /// Presses keys by their names in tmux.
  public func send(keys: [String]) throws { try run(["send-keys", "--"] + keys) }

  /// Types text as it is.
  public func type(_ text: String) throws { try run(["send-keys", "-l", "--", text]) }

  /// Sends bytes that no key sends, such as mouse reports.
  public func send(bytes: some Sequence<UInt8>) throws {
    try run(["send-keys", "-H"] + bytes.map { String($0, radix: 16) })
  }

  /// Pastes text, marked as a paste if the program has asked for that.
  public func paste(_ text: [UInt8]) throws {
    try Data(text).write(to: URL(fileURLWithPath: "\(folder)/paste"))
    try run(["load-buffer", "\(folder)/paste"])
    try run(["paste-buffer", "-p", "-d"])
  }

  /// Changes the size, and returns when the program can see it: tmux tells it a while later, and only of the last of several
  /// changes.
  public func resize(columns: Int, rows: Int, waits: Bool = true) throws {
    try run(["resize-window", "-x", "\(columns)", "-y", "\(rows)"])
    guard waits else { return }
    let terminal = open(try value("pane_tty"), O_RDONLY | O_NOCTTY | O_CLOEXEC)
    guard terminal >= 0 else { throw TmuxError(description: "the terminal is not there") }
    defer { Glibc.close(terminal) }
    let hasSize = comesTrue {
      var size = winsize()
      return ioctl(terminal, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col == columns && size.ws_row == rows
    }
    guard hasSize else { throw TmuxError(description: "the terminal does not become \(columns)x\(rows)") }
  }

  /// Sends a signal to the program.
  public func signal(_ number: Int32) throws { kill(try processID(), number) }

  // MARK: - What can be seen

  /// The characters on the screen, one line a row, without the blanks at the ends.
  public func screen() throws -> String { try run(["capture-pane", "-p"]) }

  /// The same, with what has scrolled off at the top, and lines that were too long in one piece.
  public func screenWithHistory() throws -> String { try run(["capture-pane", "-p", "-J", "-S", "-"]) }

  /// The same with the escape sequences of colours and attributes.
  public func screenWithStyles() throws -> String { try run(["capture-pane", "-p", "-e"]) }

  /// A value that tmux knows about the pane, by its name in tmux's formats: `cursor_flag`, `alternate_on`, …
  public func value(_ name: String) throws -> String {
    try run(["display-message", "-p", "#{\(name)}"]).trimmingCharacters(in: .newlines)
  }

  /// The program's process.
  public func processID() throws -> Int32 { try Self.child(of: keeper) }

  /// The process that the program, a shell, has started.
  public func childProcessID() throws -> Int32 { try Self.child(of: processID()) }

  private static func child(of process: Int32) throws -> Int32 {
    guard let number = Processes.children(of: process).first else {
      throw TmuxError(description: "process \(process) has not started another, or it has ended")
    }
    return number
  }

  /// How the program ended; nil while it runs.
  ///
  /// A shell around the program writes that down: tmux 3.3 loses the status of a program that ends too soon.
  public func ending() throws -> Ending? {
    let text = String(decoding: Fixtures.bytes("\(folder)/status"), as: UTF8.self)
    guard text.hasSuffix("\n"), let status = Int(text.dropLast()) else { return nil }
    return status > 128 ? .signal(status - 128) : .status(status)
  }

  /// Writes all that the program sends from now on into a file, byte by byte.
  public func recordOutput(to file: String) throws { try run(["pipe-pane", "-O", "exec cat >> '\(file)'"]) }

  // MARK: - Waiting

  /// Waits until the screen is as expected, and returns it.
  @discardableResult
  public func waitUntil(
    _ description: String, _ isExpected: (String) throws -> Bool
  ) throws -> String {
    var screen = ""
    let isThere = try comesTrue {
      screen = try self.screen()
      return try isExpected(screen)
    }
    guard isThere else {
      throw TmuxError(description: "waited \(patience) s in vain for \(description); on the screen was:\n\(screen)")
    }
    return screen
  }

  /// Waits until the screen has stayed the same, looks included, for a while in which neither the program nor the terminal had
  /// anything to do. However busy the machine is, what is on its way to the screen is waited for.
  @discardableResult
  public func waitForIdle(quiet: Double = 0.1) throws -> String {
    var last = ""
    let clock = ContinuousClock()
    var since = clock.now
    let isIdle = try comesTrue {
      // The server has started the shell, which has started the program.
      let isAtRest = Processes.areAtRest(server)
      let now = try screenWithStyles()
      if now != last || !isAtRest { (last, since) = (now, clock.now) }
      return clock.now - since >= .seconds(quiet)
    }
    guard isIdle else {
      throw TmuxError(description: "the screen still changed after \(patience) s; last it was:\n\(last)")
    }
    return try screen()
  }

  /// Waits until the program has ended, and all that it wrote is on the screen.
  @discardableResult
  public func waitForEnd() throws -> Ending {
    try waitUntil("the end of the program") { _ in
      guard try ending() != nil else { return false }
      return try value("pane_dead") == "1"
    }
    guard let result = try ending() else { throw TmuxError(description: "the program ended in an unknown way") }
    return result
  }

  // MARK: - tmux

  /// Runs tmux with what it says going into files: a server that some test starts at the same moment would inherit a pipe and
  /// keep it open for ever.
  @discardableResult
  private func run(_ arguments: [String]) throws -> String {
    calls += 1
    let (output, errors) = ("\(folder)/output-\(calls)", "\(folder)/errors-\(calls)")
    defer { for file in [output, errors] { unlink(file) } }
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    let status = try Self.spawn(
      ["tmux", "-S", socket] + arguments,
      environment: ["PATH=\(path)", "LANG=C.UTF-8", "HOME=\(folder)", "TERM=xterm-256color"], output: output,
      errors: errors)
    guard status == 0 else {
      throw TmuxError(
        description: "tmux \(arguments.first ?? "") failed with status \(status): "
          + String(decoding: Fixtures.bytes(errors), as: UTF8.self) + " (the tests need tmux: apt-get install tmux)")
    }
    return String(decoding: Fixtures.bytes(output), as: UTF8.self)
  }

  private static func spawn(_ command: [String], environment: [String], output: String, errors: String) throws -> Int32
  {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    // Threads that run tests block signals, and what they start would inherit that.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
    defer { for text in arguments + variables { free(text) } }
    var process = pid_t()
    let problem = posix_spawnp(&process, command[0], &actions, &attributes, &arguments, &variables)
    guard problem == 0 else {
      throw TmuxError(
        description:
          "\(command[0]) does not start: \(String(cString: strerror(problem))); the tests need it: apt-get install tmux"
      )
    }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
  }
}

/// Programs that were built along with the tests.
public enum BuiltPrograms {
  /// The path of one, beside the test program that is running.
  public static func path(_ name: String) -> String {
    let tests =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    let folder = URL(fileURLWithPath: tests).deletingLastPathComponent().path
    return "\(folder)/\(name)"
  }
}
