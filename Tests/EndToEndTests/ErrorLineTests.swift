import Canvas
import Encoders
import ExplorerAppTestSupport
import Glibc
import Hub
import JSON
import Models
import Sessions
import Support
import Terminal
import TestSupport
import Testing
import Tokenizers

@testable import Exporting
@testable import headscope

/// Whatever a file, a server or a command line holds, an error is one short line that no terminal obeys.
@Suite struct ErrorLineTests {
  /// Text that nobody wants to read a hundred thousand characters of, with all that a terminal could take amiss.
  private static let hostile =
    "a\n\u{1B}[2J\u{202E}\u{9B}" + String(repeating: "long ", count: 20_000) + "\u{2066}\r\u{7}z"

  /// What is wrong with a line; nil where it is as it should be. Words of the program's own take far less than the 700 characters
  /// that are allowed here beside what it quotes.
  private static func fault(in line: String) -> String? {
    let scalars = line.unicodeScalars
    if scalars.count > MessageText.mostQuoted + 700 { return "it has \(scalars.count) characters" }
    let bad = scalars.first { [.format, .control].contains($0.properties.generalCategory) }
    return bad.map { "it holds U+" + String($0.value, radix: 16) }
  }

  /// Runs the program, which must fail, with one good line on standard error.
  private func expectOneGoodLine(_ arguments: [String], in model: TinyModel, input: [UInt8] = []) throws {
    let program = Program(environment: ["HEADSCOPE_MODELS": model.folder.path, "HEADSCOPE_SESSIONS": model.folder.path])
    let outcome = try program.run(arguments, input: input)
    let name = arguments.map { String($0.prefix(30)) }.joined(separator: " ")
    #expect(outcome.status == 1 || outcome.status == 64, "\(name): \(outcome.status)")
    #expect(outcome.errors.hasPrefix("headscope: ") && outcome.errors.hasSuffix("\n"), "\(name)")
    let line = String(outcome.errors.dropLast())
    #expect(Self.fault(in: line) == nil, "\(name): \(line.prefix(300))")
  }

  @Test(arguments: [
    "export", "export x -o", "export x -o x.csv --model", "export x -o x.csv --mask", "export x -o x.csv --pad-to",
    "export x -o x.csv --memory", "export x -o x.csv --heads", "export x -o x.csv --queries", "export -o x.csv --file",
    "tokenize --file",
    "export x -o x.svg --view", "export x -o x.svg --view grid --keys", "export x -o x.svg --view grid --colors",
    "export x -o x.svg --view grid --size", "tokenize x --model", "tokenize --jsonl", "models info", "models pull",
    "sessions show", "sessions check", "sessions edit", "sessions edit a --remove",
    "sessions edit a --from", "sessions edit a --mark", "sessions edit a --join", "sessions rename a b",
    "sessions delete", "sessions restore", "sessions restore --folder", "sessions export a -o x.txt --at",
    "sessions export a -o", "replay --check", "replay a --check --model", "bench encoder --lengths", "--bogus",
    "bench sessions",
  ]) func commandLines(call: String) throws {
    let model = TinyModel()
    model.folder.write(#"{"headscope-session":1,"title":"x","model":{"name":"tiny"}}"# + "\n", to: "a.jsonl")
    let words = call.split(separator: " ").map(String.init)
    try expectOneGoodLine(words + [Self.hostile], in: model)
    if words.last?.hasPrefix("--") == true {
      try expectOneGoodLine(words.dropLast() + ["\(words.last ?? "")=\(Self.hostile)"], in: model)
    }
  }

  /// Many short arguments are as bad as a long one.
  @Test func manyArguments() throws {
    try expectOneGoodLine(["sessions", "show", "a"] + (0..<2000).map { "argument \($0)" }, in: TinyModel())
  }

  /// A string of JSON with the hostile text in it.
  private static let json = JSONValue(hostile).serialized()

  @Test(
    arguments: [
      ("config.json", json), ("config.json", "{\(json): 1, \(json): 2}"), ("config.json", "{\"model_type\": \(json)}"),
      ("config.json", "{\"architectures\": [\(json)]}"),
      ("config.json", "{\"model_type\": \"bert\", \"hidden_act\": \(json)}"),
      ("model.safetensors.index.json", "{\"weight_map\": {\(json): 5}}"),
      ("model.safetensors.index.json", "{\"weight_map\": {\(json): \(json)}}"),
      ("tokenizer.json", json), ("tokenizer.json", "{\(json): 1, \(json): 2}"),
      ("tokenizer.json", "{\"version\": \(json)}"),
      ("tokenizer.json", "{\"version\": \"1.0\", \"model\": {\"type\": \(json)}}"),
      ("tokenizer.json", "{\"version\": \"1.0\", \"model\": {\"type\": \"WordLevel\", \"vocab\": {\(json): \"x\"}}}"),
      ("tokenizer.json", "{\"version\": \"1.0\", \"model\": {\"type\": \"WordLevel\", \"vocab\": {\(json): -1}}}"),
      (
        "tokenizer.json",
        "{\"version\": \"1.0\", \"model\": {\"type\": \"WordLevel\", \"vocab\": {\"a\": 0}, \"unk_token\": \(json)}}"
      ),
      (
        "tokenizer.json",
        "{\"version\": \"1.0\", \"normalizer\": {\"type\": \(json)}, \"model\": {\"type\": \"WordLevel\", "
          + "\"vocab\": {\"a\": 0}, \"unk_token\": \"a\"}}"
      ),
      (
        "tokenizer.json",
        "{\"version\": \"1.0\", \"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": [\(json)]}}"
      ),
    ].map { ($0.0, Named($0.1)) } as [(String, Named<String>)]) func filesOfModels(name: String, text: Named<String>)
    throws
  {
    var missing: Set = [name]
    if name.hasPrefix("model.safetensors") { missing.insert("model.safetensors") }
    let model = TinyModel(without: missing)
    model.write(text.value, to: name)
    try expectOneGoodLine(["export", "x", "--model", model.path, "-o", model.folder["x.csv"]], in: model)
  }

  private static let ones = Array(repeating: "1", count: 50_000).joined(separator: ",")

  @Test(
    arguments: [
      "{\(json): {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0, 8]}}",
      "{\"a\": {\"dtype\": \(json), \"shape\": [1], \"data_offsets\": [0, 8]}}",
      "{\(json): {\"dtype\": \"F32\", \"shape\": [\(ones)], \"data_offsets\": [0, 8]}}",
      "{\(json): 1, \(json): 2}", json,
    ].map { Named($0) }) func headersOfWeights(header: Named<String>) throws
  {
    let header = header.value
    let model = TinyModel(without: ["model.safetensors"])
    let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
    model.folder.write(length + Array(header.utf8) + [0, 0, 0, 0], to: "tiny/model.safetensors")
    try expectOneGoodLine(["export", "x", "--model", model.path, "-o", model.folder["x.csv"]], in: model)
  }

  @Test(
    arguments: [
      json, "{\"headscope-session\": \(json)}", "{\"headscope-session\": 1, \"model\": {\"name\": \(json)}}",
      "{\"headscope-session\": 1, \"model\": {\"name\": \"tiny\"}, \(json): 1, \(json): 2}",
      "{\"headscope-session\": 1, \"model\": {\"name\": \"tiny\"}}\n{\"t\":0,\"mark\":\(json)}",
    ].map { Named($0) }) func filesOfSessions(text: Named<String>) throws
  {
    let model = TinyModel()
    model.folder.write(text.value + "\n", to: "a.jsonl")
    try expectOneGoodLine(["sessions", "export", "a", "-o", model.folder["x.txt"], "--at", "nowhere"], in: model)
  }

  @Test(
    arguments: [
      json, "{\(json): 1, \(json): 2}", "{\"text\": {\(json): 1}}", "{\"text\": \"x\" \(json)}",
    ].map { Named($0) })
  func linesOfStandardInput(line: Named<String>) throws {
    try expectOneGoodLine(
      ["tokenize", "--jsonl", "--model", "tiny"], in: TinyModel(), input: Array((line.value + "\n").utf8))
  }

  /// Every error that is one of several kinds, with the hostile text wherever there is text.
  private static let errors: [any TextualError] = {
    let text = hostile
    let location = ModelLocation(name: text, folder: text, source: .cache)
    let hub: [HubError] = [
      .noLibrary(text), .badName(text), .offline, .noAnswer(url: text, reason: text, isTransient: true),
      .refused(url: text, status: 429, code: text), .refused(url: text, status: 500, code: text),
      .unauthorized(id: text, hasToken: true, isGated: true), .unauthorized(id: text, hasToken: true, isGated: false),
      .unauthorized(id: text, hasToken: false, isGated: false), .noSuchModel(text, endpoint: text),
      .noSuchRevision(text, id: text), .notAHub(url: text, reason: text), .noConfiguration(text),
      .noWeights(text, others: []), .noWeights(text, others: [text, text]), .missingShard(text, id: text),
      .wrongSize(file: text, expected: 1, found: 2), .wrongDigest(file: text, expected: text, found: text),
      .noRoom(folder: text, needed: 1, free: 0), .cannotWrite(text, reason: text), .cannotRead(text, reason: text),
      .interrupted,
    ]
    let models: [ModelError] = [
      .noModels(searched: [text, text]), .noFolder(text), .isFile(text), .notFound(text, searched: [text]),
      .ambiguous(text, candidates: [text, text]), .incomplete(location),
      .noEmbedding(name: text, token: text, id: 2, encoder: 1), .noToken(name: text, text: text),
      .noPadToken(name: text),
      .padTooLong(name: text, asked: 2, maximum: 1), .noMaskToken(name: text), .specialTokenToReplace(0, token: text),
    ]
    let terminals: [TerminalError] = [
      .notATerminal(stream: text), .unknownTerminal(name: text), .noCursorMovement(name: text),
      .badColors(value: text), .failed(reason: text),
    ]
    let files = [
      FileError(text, .cannotOpen(ENOENT)), FileError(text, .isNoFile(.pipe)), FileError(text, .isTooLarge(limit: 1)),
    ]
    let outputs = [OutputError(text, ENOSPC), OutputError("cannot write \(text)")]
    return hub as [any TextualError] + models as [any TextualError] + terminals as [any TextualError]
      + files as [any TextualError] + outputs as [any TextualError]
  }()

  @Test func errorsOfEveryKind() {
    for error in Self.errors {
      let kind = "\(type(of: error)): \(error.description.prefix(100))"
      #expect(Self.fault(in: error.description) == nil, "\(kind)")
      // What is said of it is what a terminal gets.
      #expect(visible(error.description) == error.description, "\(kind)")
    }
  }

  @Test func aColourScaleWithALongLine() {
    do throws(ColorScaleError) {
      _ = try ColorScaleFile(parsing: Self.hostile.replacing("\n", with: " "), id: "x", file: Self.hostile)
      Issue.record("the scale was read")
    } catch {
      #expect(Self.fault(in: error.description) == nil)
    }
  }

  /// The words of the argument parser, with what it repeats.
  @Test func wordsOfTheArgumentParserAreCut() {
    let long = String(repeating: "x", count: 1000)
    let line = WrongUsage.quoting("The value '\(long)' is invalid for '--mask <mode>'", ["--mask=\(long)"]).description
    #expect(line.hasPrefix("The value 'xxx") && line.hasSuffix("xxx' is invalid for '--mask <mode>'"))
    #expect(line.contains("…") && line.count < 300)
    #expect(WrongUsage.quoting("Unknown option '--bogus'", ["--bogus"]) == "Unknown option '--bogus'")
    let many = (0..<500).map { "'a\($0)'" }.joined(separator: ", ")
    #expect(WrongUsage.quoting("500 unexpected arguments: \(many)", []).description.count == 200)
  }

  /// Notes stand on a line each and say that they are notes; where a command fails, only its error is said.
  @Test func notesAreMarkedAndGiveWayToErrors() throws {
    let model = TinyModel()
    let long = String(repeating: "The cat ran ", count: 40)
    let arguments = ["export", long, "--model", model.path, "--format", "csv", "-o"]
    let done = try Program().run(arguments + [model.folder["x.csv"]])
    #expect(done.status == 0)
    #expect(done.errors.hasPrefix("headscope: note: the text is longer than the 72 positions of tiny: "))
    #expect(done.errors.count { $0 == "\n" } == 1)
    let failed = try Program().run(arguments + ["/dev/full"])
    #expect(failed.status == 1)
    #expect(failed.errors == "headscope: cannot write /dev/full: No space left on device\n")
  }
}
