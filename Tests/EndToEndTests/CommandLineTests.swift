import ExplorerAppTestSupport
import Glibc
import TestSupport
import Testing

/// What the program says where it cannot do what was asked: one line, and the right exit status.
@Suite struct CommandLineTests {
  let model = TinyModel()
  let program = Program()

  @Test(arguments: [
    (["export"], "Missing expected argument '--output <file>'; see `headscope export --help`"),
    (
      ["export", "-o", "x.npz"],
      "name at least one TEXT to compute ('-' reads it from standard input); see `headscope export --help`"
    ),
    (
      ["export", "x", "-o", "y.gif"],
      "the ending of 'y.gif' is none of .safetensors, .npz, .json and .csv: add --format; see `headscope export --help`"
    ),
    (
      ["export", "x", "-o", "-"],
      "standard output has no ending that says the format: add --format safetensors, npz, json or csv; "
        + "see `headscope export --help`"
    ),
    (
      ["export", "x", "-o", "y.csv", "--stages"],
      "--stages does not fit into csv: use safetensors, npz or json; see `headscope export --help`"
    ),
    (
      ["export", "x", "-o", "y.npz", "--pad-to", "0"],
      "--pad-to 0: the number of positions must be at least 1; see `headscope export --help`"
    ),
    (
      ["export", "x", "-o", "y.npz", "--pad-to", "many"],
      "The value 'many' is invalid for '--pad-to <n>'; see `headscope export --help`"
    ),
    (
      ["export", "x", "-o", "y.npz", "--mask", "some"],
      "The value 'some' is invalid for '--mask <mode>'. Please provide one of 'keys', 'none', 'full' or 'causal'; "
        + "see `headscope export --help`"
    ),
    (
      ["export", "-", "-", "-o", "y.npz"],
      "'-' can stand only once: there is one standard input; see `headscope export --help`"
    ),
    (["tokenize"], "name at least one TEXT ('-' reads it from standard input); see `headscope tokenize --help`"),
    (
      ["tokenize", "x", "--jsonl"],
      "--jsonl takes texts and pairs from standard input: leave out TEXT, --file, --pair and --json; "
        + "see `headscope tokenize --help`"
    ),
    (["sessions", "show"], "Missing expected argument '<file>'; see `headscope sessions show --help`"),
    (["export", "x", "-o", "y.npz", "--bogus"], "Unknown option '--bogus'; see `headscope export --help`"),
  ])
  func wrongUsageExits64(arguments: [String], message: String) throws {
    let outcome = try program.run(arguments)
    #expect(outcome.status == 64)
    #expect(outcome.errors == "headscope: \(message)\n")
    #expect(outcome.output == [])
  }

  @Test func argumentsThatAreNoUTF8AreRefused() throws {
    let outcome = try program.run([Array("tokenize".utf8), [0x63, 0x61, 0x66, 0xE9]])
    #expect(outcome.status == 64)
    #expect(outcome.errors == "headscope: argument 2 is not valid UTF-8: caf\u{FFFD}\n")
  }

  /// Runs something that must fail with status 1, nothing on standard output and nothing left in the folder.
  private func failure(_ arguments: String..., input: [UInt8] = []) throws -> String {
    let outcome = try program.run(arguments, input: input)
    #expect(outcome.status == 1, "\(arguments)")
    #expect(outcome.output == [])
    #expect(model.folder.list() == ["tiny"])
    #expect(outcome.errors.hasSuffix("\n"))
    return String(outcome.errors.dropLast())
  }

  private func exportFailure(_ arguments: String...) throws -> String {
    let outcome = try program.run(
      ["export", "The cat", "--model", model.path, "-o", model.folder["x.npz"]] + arguments)
    #expect(outcome.status == 1)
    #expect(model.folder.list() == ["tiny"])
    return String(outcome.errors.dropLast())
  }

  @Test func modelsThatAreNotThere() throws {
    #expect(try failure("tokenize", "x", "--model", "/no/such") == "headscope: no such model folder: /no/such")
    let unknown = try failure("tokenize", "x", "--model", "no-such-model")
    #expect(unknown.hasPrefix("headscope: no model named 'no-such-model' in "))
    #expect(unknown.hasSuffix("; `headscope models list` shows what is there"))
  }

  @Test func modelsThatLackSomething() throws {
    let lacksAll = TemporaryFolder()
    #expect(
      try failure("export", "x", "--model", lacksAll.path, "-o", "x.npz")
        == "headscope: \(lacksAll.path): has no config.json; a model folder holds config.json and model.safetensors")
    let pickled = TinyModel(without: ["model.safetensors"])
    pickled.write("7", to: "pytorch_model.bin")
    let message = try failure("export", "x", "--model", pickled.path, "-o", "x.npz")
    #expect(
      message
        == "headscope: \(pickled.path)/pytorch_model.bin: is not a file that torch.save wrote, or damaged; download it again"
    )
    let mute = TinyModel(without: ["tokenizer.json"])
    #expect(
      try failure("tokenize", "x", "--model", mute.path)
        == "headscope: \(mute.path): has no tokenizer: a BertTokenizer is read from vocab.txt or from a tokenizer.json; "
        + "put one of them there"
    )
  }

  /// A tokenizer with more tokens than the encoder has embeddings: only a text with one of them is refused.
  @Test func tokensWithoutEmbedding() throws {
    let model = TinyModel(without: ["tokenizer.json"])
    let words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"] + (0..<900).map { "word\($0)" }
    model.write(words.joined(separator: "\n") + "\n", to: "vocab.txt")
    #expect(try program.run("export", "word868", "--model", model.path, "-o", model.path + "/x.npz").status == 0)
    #expect(
      try failure("export", "word868 word869", "--model", model.path, "-o", "x.npz")
        == "headscope: tiny: the encoder has no embedding for the token 'word869' (id 873): it knows only 873 tokens "
        + "(vocab_size in config.json); leave the token out of the text")
  }

  @Test func aTokenizerWithoutPADCannotPad() throws {
    let model = TinyModel(without: ["tokenizer.json"])
    model.write("[UNK]\n[CLS]\n[SEP]\nthe\ncat\n", to: "vocab.txt")
    #expect(
      try failure("export", "the", "--model", model.path, "-o", "x.npz", "--pad-to", "8")
        == "headscope: tiny: its tokenizer has no PAD token, so nothing can be padded; leave out --pad-to and give one text"
    )
    let outcome = try program.run("export", "the", "--model", model.path, "-o", "-", "--format", "csv")
    #expect(outcome.status == 0)
  }

  @Test func familiesThatAreNotSupported() throws {
    let model = TinyModel(without: ["config.json"])
    model.write(#"{"model_type": "mamba"}"#, to: "config.json")
    let message = try failure("export", "x", "--model", model.path, "-o", "x.npz")
    #expect(message.hasPrefix("headscope: \(model.path)/config.json: model_type is 'mamba', which is not supported; "))
    #expect(message.contains("`headscope help models`"))
  }

  @Test func damagedCheckpoints() throws {
    let model = TinyModel(without: ["model.safetensors"])
    model.folder.write(Array(try model.original("model.safetensors").prefix(50_000)), to: "tiny/model.safetensors")
    let message = try failure("export", "x", "--model", model.path, "-o", "x.npz")
    #expect(message.hasPrefix("headscope: \(model.path)/model.safetensors: tensor '"))
    #expect(!message.contains("\n"))
  }

  @Test func morePADThanPositions() throws {
    #expect(try exportFailure("--pad-to", "73") == "headscope: cannot pad to 73: tiny takes at most 72 positions")
    let enormous = try exportFailure("--pad-to", "9223372036854775807")
    #expect(enormous == "headscope: cannot pad to 9223372036854775807: tiny takes at most 72 positions")
  }

  @Test func placesThatCannotBeWritten() throws {
    func message(_ path: String) throws -> String {
      let outcome = try program.run("export", "x", "--model", model.path, "-o", path, "--format", "npz")
      #expect(outcome.status == 1)
      return String(outcome.errors.dropLast())
    }
    #expect(try message("/dev/full") == "headscope: cannot write /dev/full: No space left on device")
    #expect(try message("/no/x.npz") == "headscope: cannot write /no/x.npz: there is no folder /no")
    #expect(try message(model.path) == "headscope: cannot write \(model.path): it is a folder")
  }

  @Test(arguments: [["export", "x", "--format", "json", "-o", "-"], ["tokenize", "x"], ["models", "list"]])
  func standardOutputThatTakesNothing(arguments: [String]) throws {
    let bytes = (arguments + (arguments[0] == "models" ? [] : ["--model", model.path])).map { Array($0.utf8) }
    for (place, reason) in [("/dev/full", "No space left on device"), (nil, "Bad file descriptor")] {
      var streams: [(path: String, flags: Int32, descriptor: Int32)] = [
        ("/dev/null", O_RDONLY, STDIN_FILENO), (model.folder["err"], O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO),
      ]
      if let place { streams.append((place, O_WRONLY, STDOUT_FILENO)) }
      var program = program
      program.environment["HEADSCOPE_MODELS"] = model.folder.path
      #expect(try program.spawn(bytes, streams) == 1)
      let errors = String(decoding: try contents(of: model.folder["err"]), as: UTF8.self)
      #expect(errors == "headscope: cannot write standard output: \(reason)\n")
    }
  }

  /// Whoever reads may stop at any time, as `head` does: here before anything is written.
  @Test func aReaderThatGoesAwayIsNoTrouble() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    close(ends[0])
    defer { close(ends[1]) }
    let streams: [(path: String, flags: Int32, descriptor: Int32)] = [
      ("/dev/null", O_RDONLY, STDIN_FILENO), (model.folder["err"], O_WRONLY | O_CREAT, STDERR_FILENO),
    ]
    let arguments = ["tokenize", "The cat", "--model", model.path].map { Array($0.utf8) }
    #expect(try program.spawn(arguments, streams, inheriting: [STDOUT_FILENO: ends[1]]) == 128 + SIGPIPE)
    #expect(try contents(of: model.folder["err"]) == [])
  }
}
