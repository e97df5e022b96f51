import Canvas
import ExplorerAppTestSupport
import JSON
import Support
import Terminal
import TestSupport
import Testing
import UserInput

@testable import headscope

/// `headscope doctor` names the cause of what is wrong, and nothing personal.
@Suite struct DoctorTests {
  /// A computer on which nothing is wrong.
  private static func healthy() -> DoctorFacts {
    var facts = DoctorFacts(
      terminal: TerminalReport(name: "xterm-256color", size: Size(columns: 120, rows: 40)))
    facts.models = [.init(name: "tiny", family: "bert", state: "ready")]
    facts.defaultModel = "tiny"
    facts.assets = (scales: 9, tasks: 9, lessons: 30)
    facts.places = [.init(subject: "cache", name: "~/.cache/headscope", room: 10_000_000_000)]
    facts.memory = AvailableMemory(bytes: 8_000_000_000, limit: .machine)
    return facts
  }

  private static func changed(_ change: (inout DoctorFacts) -> Void) -> DoctorFacts {
    var facts = healthy()
    change(&facts)
    return facts
  }

  @Test func onAHealthyComputerNothingIsWrong() {
    let findings = Self.healthy().findings
    #expect(findings.filter { $0.state == .broken || $0.state == .limited } == [])
    #expect(DoctorReport(version: "1", findings: findings).text.hasPrefix("headscope doctor 1: nothing is wrong\n"))
  }

  /// What is wrong, where it is found, how bad it is, and words of its cause and its cure.
  private static let faults: [Named<(DoctorFacts, String, DoctorFinding.State, [String])>] = [
    Named(
      "no UTF-8",
      (
        changed {
          $0.terminal.glyphs = .ascii
          $0.terminal.locale = "POSIX"
          $0.terminal.codeset = "ANSI_X3.4-1968"
        }, "characters", .limited, ["'POSIX' is not UTF-8", "LANG=C.UTF-8"]
      )),
    Named(
      "unknown TERM",
      (
        changed {
          $0.terminal.name = "glass-tty"
          $0.terminal.entry = .unknown
        }, "name", .broken, ["'glass-tty'", "not in the terminfo database", "TERM=xterm-256color"]
      )),
    Named("no TERM", (changed { $0.terminal.entry = .unnamed }, "name", .broken, ["TERM is not set", "export TERM"])),
    Named("8 colours", (changed { $0.terminal.depth = .eight }, "colours", .limited, ["8, as TERM", "256"])),
    Named(
      "no colours wanted",
      (
        changed {
          $0.terminal.depth = .none
          $0.refusesColors = true
        }, "colours", .limited, ["NO_COLOR", "unset"]
      )),
    Named(
      "60 columns",
      (
        changed { $0.terminal.size = Size(columns: 60, rows: 24) }, "size", .limited,
        ["60 columns", "80 x 24", "window larger"]
      )),
    Named("no model", (changed { $0.models = [] }, "model", .broken, ["no model", "headscope models pull"])),
    Named(
      "no model that is whole",
      (
        changed { $0.models = [.init(name: "a", family: nil, state: "lacks config.json")] }, "model", .broken,
        ["no model is ready", "headscope models pull"]
      )),
    Named(
      "cache that cannot be written",
      (
        changed { $0.places[0].failure = "Permission denied" }, "cache", .limited,
        ["~/.cache/headscope cannot be written: Permission denied", "XDG_CACHE_HOME"]
      )),
    Named("full disk", (changed { $0.places[0].room = 1_000_000 }, "cache", .limited, ["1 MB left", "make room"])),
    Named(
      "processor without AVX2",
      (changed { $0.kernels = "baseline" }, "processor", .limited, ["without AVX2", "virtual machine"])),
    Named(
      "little memory",
      (
        changed { $0.memory = AvailableMemory(bytes: 9_000_000, limit: .group) }, "memory", .limited,
        ["9 MB", "control group", "smaller model"]
      )),
    Named("no files", (changed { $0.assets = nil }, "the program's own", .limited, ["not found", "HEADSCOPE_ASSETS"])),
    Named(
      "no libcurl",
      (
        changed { $0.downloadProblem = "libcurl.so.4: cannot open" }, "fetching", .limited,
        ["libcurl.so.4", "install libcurl4"]
      )),
  ]

  @Test(arguments: faults)
  func theCauseAndTheCureAreNamed(fault: Named<(DoctorFacts, String, DoctorFinding.State, [String])>) throws {
    let (facts, subject, state, words) = fault.value
    let wrong = facts.findings.filter { $0.state == .broken || $0.state == .limited }
    let finding = try #require(wrong.first { $0.subject == subject })
    #expect(finding.state == state)
    let line = finding.text.description + " " + (finding.advice?.description ?? "")
    for word in words { #expect(line.contains(word), "\(line)") }
    #expect(wrong.count == 1 || facts.models.contains { !$0.isReady })
  }

  /// An architecture that has no AVX2 lacks nothing.
  @Test func otherProcessorsAreNotBlamed() {
    let facts = Self.changed {
      $0.kernels = "baseline"
      $0.architecture = "aarch64"
    }
    #expect(facts.findings.allSatisfy { $0.state == .ok || $0.state == .look })
  }

  // MARK: - The program itself

  private let model = TinyModel()

  private func doctor(_ changes: [String: String?] = [:], _ arguments: String...) throws -> Program.Outcome {
    var environment: [String: String] = [
      "HOME": model.folder["alice"], "HEADSCOPE_MODELS": model.folder.path, "LANG": "C.UTF-8",
      "TERM": "xterm-256color", "HEADSCOPE_ASSETS": Fixtures.root + "/assets",
    ]
    for (name, value) in changes { environment[name] = value }
    return try Program(environment: environment).run(["doctor"] + arguments)
  }

  private static let causes: [([String: String?], String)] = [
    (["LANG": "C"], "limited  characters               the locale 'C' is not UTF-8"),
    (["TERM": "no-such-terminal"], "broken   name                     TERM is 'no-such-terminal', which is not in"),
    (
      ["TERM": "xterm-of-nobody"],
      "limited  name                     TERM is 'xterm-of-nobody', which is not known here"
    ),
    (["TERM": nil], "broken   name                     TERM is not set"),
    (["TERM": "linux"], "limited  colours                  8, as TERM says"),
    (
      ["XDG_CACHE_HOME": "/dev/null/x"], "limited  cache                    $XDG_CACHE_HOME/headscope cannot be written"
    ),
    (["HEADSCOPE_COLORS": "pink"], "broken   colours                  HEADSCOPE_COLORS is 'pink'"),
    (["NO_COLOR": "1"], "limited  colours                  none, because NO_COLOR is set"),
  ]

  @Test(arguments: causes)
  func theProgramNamesTheCause(changes: [String: String?], line: String) throws {
    let outcome = try doctor(changes)
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    #expect(outcome.text.contains(line), "\(outcome.text)")
  }

  /// A copy of the program, because one that is built in a checkout finds the models that lie there.
  @Test func thatThereIsNoModelIsNamed() throws {
    let copying = try Program(executable: "/bin/cp").run(Program.path, model.folder["headscope"])
    #expect(copying.status == 0)
    let outcome = try Program(
      executable: model.folder["headscope"], environment: ["HOME": model.folder["alice"], "TERM": "xterm"]
    ).run("doctor")
    #expect(outcome.status == 0)
    #expect(outcome.text.contains("broken   model                    there is no model"), "\(outcome.text)")
    #expect(outcome.text.contains("headscope models pull"))
    #expect(outcome.text.contains("not found: one colour scale"))
  }

  private static let emulator = "/usr/bin/qemu-x86_64"

  /// The program on a processor of 2008, where there is an emulator of it.
  @Test(.enabled(if: Files.exists(emulator)))
  func aProcessorWithoutAVX2IsNamed() throws {
    let outcome = try Program(executable: Self.emulator, environment: ["TERM": "xterm", "HOME": model.folder.path])
      .run("-cpu", "Nehalem", Program.path, "doctor")
    #expect(outcome.status == 0)
    #expect(outcome.text.contains("limited  processor"), "\(outcome.text)")
    #expect(outcome.text.contains("without AVX2: the same numbers take longer"))
  }

  @Test func aNarrowTerminalIsNamed() throws {
    let terminal = try TmuxTerminal(
      columns: 60, rows: 24, command: ["/bin/sh", "-c", "\"$0\" doctor >found", Program.path])
    #expect(try terminal.waitForEnd() == .status(0))
    let text = String(decoding: try contents(of: terminal.folder + "/found"), as: UTF8.self)
    #expect(text.contains("limited  size                     60 columns, 24 rows"), "\(text)")
    #expect(text.contains("TERM is 'tmux-256color', which is known, inside tmux"), "\(text)")
  }

  /// Neither names of persons, computers, folders nor files; and what is wrong with a model is said without its path.
  @Test func nothingPersonalIsSaid() throws {
    model.folder.write("{\"model_type\": \"bert\"}", to: "broken/config.json")
    model.folder.write("{}", to: "broken/tokenizer.json")
    model.folder.write("no tensors", to: "broken/model.safetensors")
    for arguments in [[], ["--json"]] {
      let outcome = try Program(
        environment: [
          "HOME": model.folder["alice"], "HEADSCOPE_MODELS": model.folder.path, "USER": "alice", "LOGNAME": "alice",
          "HOSTNAME": "wonderland", "TERM": "xterm", "LANG": "C.UTF-8", "HF_HOME": model.folder["alice/private/hf"],
        ]
      ).run(["doctor"] + arguments)
      for word in ["alice", "wonderland", "private", model.folder.path, Fixtures.root] {
        #expect(!outcome.text.contains(word), "\(word) in \(outcome.text)")
      }
      #expect(outcome.text.contains("broken (bert): does not open"))
      #expect(outcome.text.contains("tiny (bert): ready"))
      #expect(outcome.text.contains("$HF_HOME/hub"))
      #expect(outcome.text.contains("~/.local/share/headscope/sessions"))
    }
    #expect(model.folder.list() == ["broken", "tiny"])
  }

  @Test func programsCanReadIt() throws {
    let value = try JSONValue(parsing: try doctor([:], "--json").output)
    let findings = try #require(value["findings"]?.arrayValue)
    #expect(value["headscope-doctor"]?.intValue == 1)
    #expect(findings.count > 12)
    for finding in findings {
      #expect(DoctorFinding.State(rawValue: finding["state"]?.stringValue ?? "") != nil)
      #expect(finding["text"]?.stringValue?.isEmpty == false)
    }
  }

  @Test(arguments: [
    ("/home/a/b: is missing", "...: is missing"), ("see '/x/y z'", "see '... z'"),
    ("org/name is and/or", "org/name is and/or"),
    ("(~/x), ./y.", "(...), ...."),
  ])
  func pathsAreTakenOut(text: String, expected: String) { #expect(PlaceNames.withoutPaths(text) == expected) }
}
