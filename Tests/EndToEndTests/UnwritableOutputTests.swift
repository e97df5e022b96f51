import ExplorerAppTestSupport
import Glibc
import JSON
import TestSupport
import Testing

/// Whatever a command prints is checked: output that cannot be written is an error of every command.
@Suite struct UnwritableOutputTests {
  /// A call of every command that prints anything; each takes the only model there is. SESSION and GONE are files that are
  /// there.
  private static let calls: [String] = [
    "--help", "--version", "help export", "--generate-completion-script bash", "--experimental-dump-help",
    "tokenize x", "tokenize x --json", "tokenize --jsonl", "export x -o - --format csv", "export x -o - --format json",
    "export x -o - --format npz", "export x -o - --format safetensors", "export x -o - --format svg --view grid",
    "export x -o - --format csv --memory 0 --heads 1.2 --queries 0:1", "tokenize --file TEXT",
    "models", "models list", "models list --json", "models info", "models info --json", "sessions list FOLDER",
    "sessions list --json FOLDER", "sessions list --search zebra FOLDER", "sessions show SESSION",
    "sessions check --file-only SESSION", "sessions check SESSION", "sessions edit SESSION --idle 1 -o NEW",
    "sessions edit SESSION", "sessions rename SESSION title", "sessions export SESSION -o - --format txt",
    "sessions export SESSION -o - --format cast", "sessions export SESSION -o - --format svg --animated",
    "sessions delete GONE", "replay SESSION --check",
    "sessions grade SESSION --lesson SESSION", "sessions grade SESSION --lesson SESSION --json",
    "bench tokenizer --runs 1", "doctor", "doctor --json",
    "survey map --part x", "survey show SURVEY", "survey show SURVEY --format csv",
    "open ATTENTION --view grid -o - --format txt",
  ]

  /// Commands that print nothing without a terminal or a server, that print what another call prints (the benchmarks share one
  /// way), or that need another one before them.
  private static let others: Set<String> = [
    "explore", "tour", "models pull", "sessions restore", "bench encoder", "bench machine", "bench frames",
    "bench memory",
    "bench sessions", "bench training", "bench survey", "bench long", "train", "classify", "survey files",
    "survey merge",
  ]

  private let model = TinyModel()

  private static let session = """
    {"headscope-session":1,"title":"A lesson","model":{"name":"tiny"}}
    {"t":0,"action":"texts","texts":["The cat ran"]}
    {"after":9,"mark":"Padding"}

    """

  private func program() -> Program {
    Program(environment: ["HEADSCOPE_MODELS": model.folder.path])
  }

  private func arguments(_ call: String) -> [[UInt8]] {
    let folder = model.folder
    folder.write(Self.session, to: "sessions/a.jsonl")
    folder.write(Self.session, to: "sessions/gone.jsonl")
    folder.write("{\"text\": \"The cat\"}\n", to: "in")
    folder.write(
      "{\"headscope-survey\":1,\"layers\":1,\"heads\":1,\"sentences\":1,\"tokens\":3,\"seed\":0}\n", to: "a.survey")
    let places = [
      "FOLDER": folder["sessions"], "SESSION": folder["sessions/a.jsonl"], "GONE": folder["sessions/gone.jsonl"],
      "NEW": folder["sessions/new.jsonl"], "SURVEY": folder["a.survey"],
      "TEXT": folder["in"], "ATTENTION": Fixtures.path("attention/plain.npy"),
    ]
    return call.split(separator: " ").map { Array((places[String($0)] ?? String($0)).utf8) }
  }

  private func streams(_ output: String?) -> [(path: String, flags: Int32, descriptor: Int32)] {
    [
      (model.folder["in"], O_RDONLY, STDIN_FILENO), (model.folder["err"], O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO),
    ] + (output.map { [($0, O_WRONLY, STDOUT_FILENO)] } ?? [])
  }

  private func errors() throws -> String { String(decoding: try contents(of: model.folder["err"]), as: UTF8.self) }

  @Test(arguments: calls) func aFullDiskIsSaidInOneLine(call: String) throws {
    #expect(try program().spawn(arguments(call), streams("/dev/full")) == 1)
    #expect(try errors() == "headscope: cannot write standard output: No space left on device\n")
  }

  @Test(arguments: calls) func aReaderThatGoesAwayEndsItWithoutAWord(call: String) throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    close(ends[0])
    defer { close(ends[1]) }
    let status = try program().spawn(arguments(call), streams(nil), inheriting: [STDOUT_FILENO: ends[1]])
    #expect(status == 128 + SIGPIPE)
    #expect(try errors() == "")
  }

  /// So that a new command is not forgotten here.
  @Test func everyCommandIsCalled() throws {
    let help = try JSONValue(parsing: try Program().run("--experimental-dump-help").output)
    func leaves(_ command: JSONValue, _ path: [String]) -> [String] {
      let children = command["subcommands"]?.arrayValue ?? []
      if children.isEmpty { return [path.joined(separator: " ")] }
      return children.flatMap { leaves($0, path + [$0["commandName"]?.stringValue ?? ""]) }
    }
    let commands = Set(leaves(try #require(help["command"]), [])).subtracting(["help"])
    #expect(commands.count > 20)
    let called = commands.filter { name in Self.calls.contains { $0 == name || $0.hasPrefix(name + " ") } }
    #expect(commands.subtracting(called).subtracting(Self.others) == [])
  }

  /// Whoever starts the program can ask for an error instead of a death.
  @Test func aBrokenPipeIsAnErrorWhereItsSignalIsIgnored() throws {
    let outcome = try Program.shell(
      "trap '' PIPE; { headscope --help; echo $? >status; } | true", in: model.folder.path)
    #expect(outcome.errors == "")
    #expect(try String(decoding: contents(of: model.folder["status"]), as: UTF8.self) == "1\n")
  }
}
