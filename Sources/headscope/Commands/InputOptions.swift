import Activations
import ArgumentParser
import Models

extension PadSide: ExpressibleByArgument {}
extension MaskMode: ExpressibleByArgument {}

/// Which texts, which model, how padded, how masked: the same for every command that computes.
struct InputOptions: ParsableArguments {
  @Argument(
    help: .init("The sentences; several are one batch. '-' reads one from standard input.", valueName: "text"))
  var texts: [String] = []

  @Option(
    name: .customLong("file"),
    help: .init("A text from a file, in UTF-8, with its line ends. It follows the TEXTs.", valueName: "file"))
  var files: [String] = []

  @Option(help: .init("A second text that follows each sentence.", valueName: "text"))
  var pair: String?

  @OptionGroup var model: ModelOption

  @Option(help: .init("Fill up with PAD to N positions.", valueName: "n"))
  var padTo: Int?

  @Option(help: .init("Where PAD is put (default: right).", valueName: "side"))
  var padSide: PadSide?

  @Option(
    help: .init(
      """
      Who may attend to whom: keys (PAD keys are blocked, the standard), none (PAD is attended to like any word), full \
      (PAD keys and queries are blocked), causal (later keys are blocked, and PAD keys) (default: keys).
      """, valueName: "mode"))
  var mask: MaskMode?

  func validate() throws {
    if let padTo, padTo < 1 { throw ValidationError("--pad-to \(padTo): the number of positions must be at least 1") }
    if texts.count(where: { $0 == "-" }) > 1 {
      throw ValidationError("'-' can stand only once: there is one standard input")
    }
  }

  /// Whether any text is named.
  var hasTexts: Bool { !texts.isEmpty || !files.isEmpty }

  /// What is asked of the model. Reads standard input if a text is `-`.
  func request() throws -> EncodeRequest {
    EncodeRequest(
      texts: try resolve(texts) + files.map(TextFile.read), pair: pair, padTo: padTo, padSide: padSide ?? .right,
      maskMode: mask ?? .keys)
  }
}

/// The texts with `-` replaced by what standard input holds.
func resolve(_ texts: [String]) throws -> [String] {
  try texts.map { $0 == "-" ? try StandardStreams.readText() : $0 }
}

struct ModelOption: ParsableArguments {
  @Option(
    help: .init(
      "A model's folder, its name in a models folder, or its Hugging Face id in the local cache.", valueName: "ref"))
  var model: String?

  func locate() throws -> ModelLocation { try ModelLocator.current.locate(model) }
}
