import ArgumentParser
import Exporting
import Glibc
import Models
import Tokenizers

struct TokenizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize", abstract: "Show the tokens of sentences.",
    discussion: "Needs only the tokenizer's files; the text is not cut at the model's maximum.")

  @Argument(help: .init("The sentences. '-' reads one from standard input.", valueName: "text"))
  var texts: [String] = []

  @Option(
    name: .customLong("file"),
    help: .init("A text from a file, in UTF-8, with its line ends. It follows the TEXTs.", valueName: "file"))
  var files: [String] = []

  @Option(help: .init("A second text that follows each sentence.", valueName: "text"))
  var pair: String?

  @OptionGroup var model: ModelOption

  @Flag(help: "Write JSON: one object, or with several texts an array of objects.")
  var json = false

  @Flag(
    help: """
      Read lines {"text": ..., "pair": ...} (pair may be left out) from standard input and write for each a line of JSON.
      """)
  var jsonl = false

  func validate() throws {
    if jsonl, json || pair != nil || !texts.isEmpty || !files.isEmpty {
      throw ValidationError(
        "--jsonl takes texts and pairs from standard input: leave out TEXT, --file, --pair and --json")
    }
    if !jsonl, texts.isEmpty, files.isEmpty {
      throw ValidationError("name at least one TEXT ('-' reads it from standard input)")
    }
    if texts.count(where: { $0 == "-" }) > 1 {
      throw ValidationError("'-' can stand only once: there is one standard input")
    }
  }

  func run() throws {
    let texts = try resolve(texts) + files.map(TextFile.read)
    let tokenizer = try Tokenizer(folder: model.locate().tokenizerFolder)
    let output = try StandardStreams.output()
    if jsonl {
      try JSONLines(output: output) { line in
        let (text, pair) = try JSONLines.texts(in: line)
        var answer: [UInt8] = []
        tokenizer.encode(text, pair: pair).writeJSON(into: &answer)
        return answer
      }.run()
    } else if json {
      var bytes = Array((texts.count == 1 ? "" : "[").utf8)
      for (index, text) in texts.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        tokenizer.encode(text, pair: pair).writeJSON(into: &bytes)
      }
      try output.append(bytes + Array((texts.count == 1 ? "\n" : "]\n").utf8))
    } else {
      for (index, text) in texts.enumerated() {
        if index > 0 { try output.append("\n") }
        try TokenTable(text: text, pair: pair, input: tokenizer.encode(text, pair: pair)).write(to: output)
      }
    }
    try output.finish()
  }
}
