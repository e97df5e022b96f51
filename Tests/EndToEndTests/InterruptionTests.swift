import ExplorerAppTestSupport
import Glibc
import TestSupport
import Testing

/// What is left of a command that cannot finish: nothing but word of it.
@Suite struct InterruptionTests {
  private let model = TinyModel()

  /// Starts an export that takes long, and waits until it has begun its file.
  private func startExport(_ name: String, before: String = "exec") throws -> pid_t {
    // Long enough for the file to be seen while it is written.
    let texts = (0..<1500).map { "the\($0)" }.joined(separator: " ")
    let script =
      "ulimit -c 0; \(before) \(Program.path) export \(texts) --model \(model.path) --pad-to 72 -o \(model.folder[name])"
    let process = try Program(executable: "/bin/sh").start(
      ["-c", script].map { Array($0.utf8) },
      [
        ("/dev/null", O_RDONLY, STDIN_FILENO), ("/dev/null", O_WRONLY, STDOUT_FILENO),
        (model.folder["err"], O_WRONLY | O_CREAT, STDERR_FILENO),
      ])
    let hasBegun = comesTrue {
      let open = TemporaryFolder.names(in: "/proc/\(process)/fd").compactMap {
        TemporaryFolder.linkTarget("/proc/\(process)/fd/\($0)")
      }
      return open.contains { $0.hasPrefix(model.folder.path + "/") && !$0.hasSuffix("/err") && !$0.contains("tiny") }
    }
    try #require(hasBegun)
    return process
  }

  @Test(arguments: [
    (SIGTERM, "x.safetensors"), (SIGINT, "x.csv"), (SIGHUP, "x.csv"), (SIGQUIT, "x.csv"), (SIGABRT, "x.csv"),
    (SIGKILL, "x.csv"),
  ])
  func anInterruptedExportEndsByTheSignalAndLeavesNothing(signal: Int32, name: String) throws {
    let process = try startExport(name)
    kill(process, signal)
    #expect(try Program.status(of: process) == 128 + signal)
    #expect(try contents(of: model.folder["err"]) == [])
    #expect(model.folder.list() == ["err", "tiny"])
  }

  /// As `nohup` wants it.
  @Test func anIgnoredSignalStaysIgnored() throws {
    let process = try startExport("x.csv", before: "trap '' HUP; exec")
    kill(process, SIGHUP)
    kill(process, SIGTERM)
    #expect(try Program.status(of: process) == 128 + SIGTERM)
  }

  @Test(arguments: ["csv", "json", "npz", "safetensors"])
  func aFileThatMayNotGrowIsAnErrorAndLeavesNothing(format: String) throws {
    let outcome = try Program.shell(
      "ulimit -f 8; headscope export 'The cat' 'ran' --pad-to 72 --model tiny -o x.\(format)", in: model.folder.path,
      environment: ["HEADSCOPE_MODELS": model.folder.path])
    #expect(outcome.status == 1)
    #expect(outcome.errors.hasPrefix("headscope: cannot write ") && outcome.errors.hasSuffix(": File too large\n"))
    #expect(model.folder.list() == ["tiny"])
  }

  /// Input without an end is given up, not collected.
  @Test(arguments: [
    (["tokenize", "--jsonl"], "standard input, line 1: it is longer than 64 MiB"),
    (["tokenize", "-"], "the text on standard input is longer than 64 MiB"),
    (["export", "-", "-o", "x.csv"], "the text on standard input is longer than 64 MiB"),
  ])
  func inputWithoutAnEndIsGivenUp(arguments: [String], message: String) throws {
    let status = try Program().spawn(
      (arguments + ["--model", model.path]).map { Array($0.utf8) },
      [
        ("/dev/zero", O_RDONLY, STDIN_FILENO), ("/dev/null", O_WRONLY, STDOUT_FILENO),
        (model.folder["err"], O_WRONLY | O_CREAT, STDERR_FILENO),
      ])
    #expect(status == 1)
    #expect(try String(decoding: contents(of: model.folder["err"]), as: UTF8.self) == "headscope: \(message)\n")
  }
}
