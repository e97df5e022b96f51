import Activations
import ArgumentParser
import Explorer
import Exporting
import Glibc
import Models
import Pictures
import Support

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Compute sentences and write attentions and hidden states, or a picture, to a file.",
    discussion: """
      A .safetensors or .npz file holds, batch first: input_ids, attention_mask, token_type_ids (where the model has them), attentions \
      [batch, layer, head, query, key] and hidden_states [batch, layer + 1, position, hidden]. A .json file holds the same as nested \
      arrays. A .csv file has one line a layer, head, query and key. --heads and --queries choose what of the attention is written.

      A text whose attention does not fit into memory is written as it is computed, a few rows of a head at a time.

      With --view, a picture of the explorer's screen is written, without a terminal: .svg, .html (a page that needs no network), .ansi \
      (text with colours for a terminal) or .txt.
      """)

  @OptionGroup var input: InputOptions

  @Option(name: .shortAndLong, help: .init("The file; '-' is standard output.", valueName: "file"))
  var output: String

  @Option(help: .init("What to write (default: what the file's ending says).", valueName: "format"))
  var format: OutputFormat?

  @Flag(
    help: """
      Also queries, keys, values, scaled_scores (q·k / sqrt(d), plus what the family adds), masked_scores (-inf where \
      blocked) and context.
      """)
  var stages = false

  @Flag(help: "Compute every text by itself, without PAD; behind a shorter text the tensors hold 0.")
  var alone = false

  @OptionGroup var selection: SelectionOptions

  @OptionGroup var memory: MemoryOption

  @OptionGroup(title: "Pictures") var picture: PictureOptions

  func validate() throws {
    if !input.hasTexts {
      throw ValidationError("name at least one TEXT to compute ('-' reads it from standard input)")
    }
    guard let format = resolvedFormat else {
      throw ValidationError(
        output == "-"
          ? "standard output has no ending that says the format: add --format \(wantedFormats)"
          : "the ending of '\(output)' is none of \(wantedEndings): add --format")
    }
    switch (format, picture.view) {
    case (.picture(let format), nil):
      throw ValidationError(
        "\(format.rawValue) is for pictures: add --view \(ViewID.allCases.map(\.rawValue).joined(separator: "|"))")
    case (.numbers(let format), _?):
      throw ValidationError("a picture cannot be written as \(format.rawValue): use \(wantedFormats)")
    case (.numbers, nil) where picture.isUsed:
      throw ValidationError("options of pictures need --view")
    default: break
    }
    if stages, case .numbers(let format) = format, !format.holdsStages {
      let others = ExportFormat.allCases.filter(\.holdsStages).map(\.rawValue)
      throw ValidationError("--stages does not fit into \(format.rawValue): use \(Self.list(others, "or"))")
    }
    if alone, input.padTo != nil { throw ValidationError("--alone and --pad-to exclude each other") }
    if alone, picture.view != nil { throw ValidationError("--alone is for numbers, not for pictures") }
    if selection.isUsed, picture.view != nil {
      throw ValidationError("--heads and --queries are for numbers, not for pictures: use --layer, --head and --query")
    }
    if stages, picture.view != nil { throw ValidationError("--stages is for numbers, not for pictures") }
  }

  private var wantedFormats: String {
    Self.list(wantedNames, "or")
  }

  private var wantedNames: [String] {
    picture.view == nil ? ExportFormat.allCases.map(\.rawValue) : PictureFormat.allCases.map(\.rawValue)
  }

  private var wantedEndings: String {
    Self.list(wantedNames.map { "." + $0 }, "and")
  }

  /// "a, b and c"
  private static func list(_ names: [String], _ word: String) -> String {
    names.dropLast().joined(separator: ", ") + " \(word) " + (names.last ?? "")
  }

  private var resolvedFormat: OutputFormat? { format ?? OutputFormat(fileName: output) }

  func run() throws {
    guard let format = resolvedFormat else { return }
    if output == "-", case .numbers(let format) = format, format.isBinary, isatty(STDOUT_FILENO) != 0 {
      throw UsageError("this format is binary, no terminal shows it: send standard output into a file or a pipe")
    }
    let request = try input.request()
    // Pictures of a damaged model are allowed, because they show what the damage leads to; exported numbers are not.
    let model = try Model.load(input.model.locate(), allowsDamagedWeights: picture.view != nil)
    let inputs = alone ? try tokenizeAlone(request, with: model) : try model.tokenize(request)
    for note in ExportNotes.notes(on: inputs, of: request, model: model) { StandardStreams.note(note) }
    let destination: OutputFile.Destination = output == "-" ? .standardOutput : .path(output)
    switch (format, picture.view) {
    case (.picture(let format), let view?):
      try PictureExport(
        model: model, request: request, view: view, options: picture, format: format, destination: destination,
        mostProbabilities: memory.bytes
      ).run()
    case (.numbers(let format), _):
      try Export(
        request, inputs: inputs, of: model, as: format, stages: stages, isAlone: alone,
        selection: selection.selection(length: inputs.reduce(0) { max($0, $1.count) }), memory: memory.bytes,
        program: "headscope \(programVersion)"
      ).run(to: destination)
    case (.picture, nil): break
    }
  }
}

extension ExportCommand {
  /// The sentences of a request, none of them padded.
  private func tokenizeAlone(_ request: EncodeRequest, with model: Model) throws -> [TokenizedInput] {
    try request.texts.flatMap { try model.tokenize(EncodeRequest(texts: [$0], pair: request.pair)) }
  }
}

/// Notes for readers of an export about what may be unexpected.
enum ExportNotes {
  static func notes(on inputs: [TokenizedInput], of request: EncodeRequest, model: Model) -> [MessageText] {
    let maximum = model.description.maximumPositions
    var notes: [MessageText] = inputs.enumerated().filter { $1.droppedTokens > 0 }.map { index, input in
      let text: MessageText = inputs.count > 1 ? "text \(index)" : "the text"
      return "\(text) is longer than the \(maximum) positions of \(model.description.name): "
        + "\(input.droppedTokens) tokens were dropped at its end"
    }
    if let padTo = request.padTo, let length = inputs.first?.count, length > padTo {
      notes.append("--pad-to \(padTo) pads nothing: the longest text has \(length) tokens")
    }
    return notes
  }
}
