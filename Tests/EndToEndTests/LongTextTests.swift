import ExplorerAppTestSupport
import Foundation
import TestSupport
import Testing

/// What the command line has for long texts: files, standard input, memory, and parts of the attention.
@Suite struct LongTextTests {
  let model = TinyModel()
  let program = Program()

  private func run(_ arguments: [String], input: [UInt8] = []) throws -> Program.Outcome {
    try program.run(arguments + ["--model", model.path], input: input)
  }

  /// The bytes of an export that must succeed.
  private func exported(_ arguments: [String], to name: String) throws -> [UInt8] {
    let path = model.folder[name]
    let outcome = try run(["export", "-o", path] + arguments)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try contents(of: path)
  }

  // MARK: Attention in parts

  private static let exports: [(ending: String, options: [String])] = [
    ("safetensors", ["--stages"]), ("npz", ["--stages"]), ("json", ["--stages"]), ("csv", []),
    ("safetensors", ["--alone", "--stages"]), ("csv", ["--alone", "--heads", "1.2,0.0", "--queries", "2:5"]),
    ("npz", ["--heads", "0.1", "--queries", ":3", "--stages"]), ("json", ["--queries", "4:"]),
  ]

  @Test("what finds no room is written in parts, the same bytes", arguments: exports)
  func inParts(ending: String, options: [String]) throws {
    let texts = ["The cat ran over the hill.", "A dog", "The dog slept on the mat."]
    for count in [1, 3] {
      let arguments = texts.prefix(count) + options
      let whole = try exported(Array(arguments), to: "whole.\(ending)")
      let parts = try exported(arguments + ["--memory", "0"], to: "parts.\(ending)")
      #expect(whole == parts, "\(count) texts")
      #expect(!whole.isEmpty)
    }
  }

  @Test("chosen heads and queries are those of the whole export, in the order in which they were named")
  func selection() throws {
    let texts = ["The cat ran over the hill.", "A dog"]
    let whole = try TensorFile(exported(texts + ["--stages"], to: "whole.safetensors"))
    let part = try TensorFile(
      exported(texts + ["--stages", "--heads", "1.2,0.1", "--queries", "2:5"], to: "part.safetensors"))
    let shape = try #require(whole.shape("attentions"))
    let (layers, heads, length) = (shape[1], shape[2], shape[3])
    #expect(part.metadata?["heads"] == "[[1,2],[0,1]]" && part.metadata?["queries"] == "[2,5]")
    #expect(whole.metadata?["heads"] == nil && whole.metadata?["queries"] == nil)
    #expect(part.names == whole.names)
    for name in ["input_ids", "attention_mask", "hidden_states"] {
      #expect(try part.bytes(name) == whole.bytes(name))
    }
    for name in ["attentions", "scaled_scores", "masked_scores", "queries", "keys", "values", "context"] {
      let width = try #require(whole.shape(name)?.last)
      let isMatrix = width == length && name != "queries"
      let rows = isMatrix ? 2..<5 : 0..<length
      #expect(part.shape(name) == [2, 2, rows.count, width], "\(name)")
      let numbers = try whole.floats(name)
      var expected: [Float] = []
      for sentence in 0..<2 {
        for (layer, head) in [(1, 2), (0, 1)] {
          let start = ((sentence * layers + layer) * heads + head) * length
          expected += numbers[((start + rows.lowerBound) * width)..<((start + rows.upperBound) * width)]
        }
      }
      #expect(try part.floats(name).map(\.bitPattern) == expected.map(\.bitPattern), "\(name)")
    }
  }

  @Test("the lines of a table are those of the whole table")
  func selectedLines() throws {
    func lines(_ bytes: [UInt8]) -> [String] {
      String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }
    let all = lines(try exported(["The cat ran."], to: "all.csv"))
    let some = lines(try exported(["The cat ran.", "--heads", "1.0", "--queries", "1:3"], to: "some.csv"))
    #expect(some == all.filter { $0.hasPrefix("layer") || $0.hasPrefix("1,0,1,") || $0.hasPrefix("1,0,2,") })
    #expect(some.count > 4)
  }

  @Test(
    "what cannot be chosen is said in a line",
    arguments: [
      ("--heads 2.0", 1, "there is no head 2.0: tiny has the layers 0 to 1 of heads 0 to 2"),
      ("--heads 0.3", 1, "there is no head 0.3"), ("--queries 3:99", 1, "there are no queries 3:99: the text has the"),
      ("--queries 90:", 1, "there are no queries 90:90"), ("--heads 3", 64, "'3'"),
      ("--heads 1.1,1.1", 64, "'1.1,1.1'"),
      ("--queries 5:5", 64, "'5:5'"), ("--queries 7", 64, "'7'"), ("--queries=-1:3", 64, "-1:3"),
      ("--memory lots", 64, "'lots'"), ("--memory=-5", 64, "-5"),
    ])
  func wrongSelections(options: String, status: Int, words: String) throws {
    let path = model.folder["x.csv"]
    let outcome = try run(["export", "The cat ran.", "-o", path] + options.split(separator: " ").map(String.init))
    #expect(outcome.status == Int32(status))
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1)
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func selectionsAreForNumbers() throws {
    let outcome = try run(["export", "x", "--view", "grid", "-o", "x.svg", "--heads", "0.0"])
    #expect(outcome.status == 64 && outcome.errors.contains("--heads and --queries are for numbers"))
  }

  // MARK: Texts from files

  @Test("a file is a text with its line ends, and a byte order mark does not belong to it")
  func file() throws {
    let words = "The cat ran\nover\nthe hill."
    model.folder.write("\u{FEFF}The cat ran\r\nover\nthe hill.\n\n", to: "text.txt")
    let named = try run(["tokenize", "--json", words])
    let read = try run(["tokenize", "--json", "--file", model.folder["text.txt"]])
    #expect(read.status == 0 && read.output == named.output)
    let texts = ["A dog", words]
    let expected = try exported(texts, to: "a.json")
    #expect(try exported(["A dog", "--file", model.folder["text.txt"]], to: "b.json") == expected)
  }

  @Test(
    "what is no text is said in a line that names the file",
    arguments: [
      ("missing.txt", "No such file"), ("folder", "folder"), ("empty.txt", "holds no text"),
      ("blank.txt", "holds no text"), ("latin1.txt", "not UTF-8"),
    ])
  func noTexts(name: String, words: String) throws {
    model.folder.write("x", to: "folder/x")
    model.folder.write("", to: "empty.txt")
    model.folder.write(" \n\r\n\t", to: "blank.txt")
    model.folder.write([0x63, 0x61, 0x66, 0xE9], to: "latin1.txt")
    for command in [["tokenize"], ["export", "-o", model.folder["x.csv"]]] {
      let outcome = try run(command + ["--file", model.folder[name]])
      #expect(outcome.status == 1, "\(outcome.errors)")
      #expect(outcome.errors.contains(name) && outcome.errors.contains(words), "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1)
    }
  }

  // MARK: On the screen

  /// The program in a terminal, in a shell that can give it another standard input.
  private func terminal(_ command: String) throws -> TmuxTerminal {
    try TmuxTerminal(
      columns: 100, rows: 30, environment: ["HEADSCOPE_MODELS": model.folder.path],
      command: ["/bin/sh", "-c", command.replacing("headscope ", with: BuiltPrograms.path("headscope") + " ")])
  }

  @Test(.waits) func aTextOnStandardInputIsExploredWithKeysOfTheTerminal() throws {
    model.folder.write("The cat ran\nover the hill.\n", to: "text.txt")
    let screen = try terminal("headscope explore - --no-record --model tiny < \(model.folder["text.txt"])")
    try screen.waitUntil("the picture") { $0.contains("[SEP]") }
    // Keys arrive, and the line says how long a text may be.
    try screen.send(keys: "i")
    try screen.waitUntil("the prompt") { $0.contains("The cat ran¶over the hill.") && $0.contains("up to 72 tokens") }
    // Together they would be one key, Alt-q.
    try screen.send(keys: "Escape")
    try screen.waitUntil("the prompt to close") { !$0.contains("up to 72 tokens") }
    try screen.send(keys: "q")
    #expect(try screen.waitForEnd() == .status(0))
  }

  @Test(.waits) func aFileIsExploredInParts() throws {
    model.folder.write("The cat ran over the hill.\n", to: "text.txt")
    let screen = try terminal(
      "headscope --no-record --model tiny --memory 0 --file \(model.folder["text.txt"])")
    try screen.waitUntil("the picture") { $0.contains("[SEP]") }
    try screen.send(keys: "q")
    #expect(try screen.waitForEnd() == .status(0))
  }

  @Test(
    "what is no text on standard input is said in a line", .waits,
    arguments: [("printf ''", "there is no text on standard input"), ("printf '\\351'", "not valid UTF-8")])
  func noTextOnStandardInput(writer: String, words: String) throws {
    let screen = try terminal("\(writer) | headscope explore - --model tiny")
    let ending = try screen.waitForEnd()
    #expect(ending == .status(1))
    #expect(try screen.screen().contains("headscope: ") && screen.screen().contains(words))
  }

  /// Without a terminal there are no keys: nothing is read.
  @Test func thereHasToBeATerminal() throws {
    let outcome = try run(["explore", "-"], input: Array("The cat".utf8))
    #expect(outcome.status == 64)
    #expect(outcome.errors.split(separator: "\n").count == 1)
  }
}
