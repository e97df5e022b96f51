import Activations
import ArgumentParser
import Glibc
import Models

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Compute sentences and write attentions and hidden states to a file.",
    discussion: """
      A .safetensors or .npz file holds, batch first: input_ids, attention_mask, token_type_ids (where the model has them), attentions \
      [batch, layer, head, query, key] and hidden_states [batch, layer + 1, position, hidden]. A .json file holds the same as nested \
      arrays. A .csv file has one line a layer, head, query and key.
      """)

  @OptionGroup var input: InputOptions

  @Option(name: .shortAndLong, help: .init("The file; '-' is standard output.", valueName: "file"))
  var output: String

  @Option(help: "safetensors, npz, json or csv (default: what the file's ending says).")
  var format: ExportFormat?

  @Flag(help: "Also queries, keys, values, scaled_scores, masked_scores and context.")
  var stages = false

  func validate() throws {
    if input.texts.isEmpty {
      throw ValidationError("name at least one TEXT to compute ('-' reads it from standard input)")
    }
    guard let format = resolvedFormat else {
      throw ValidationError(
        output == "-"
          ? "standard output has no ending that says the format: add --format safetensors, npz, json or csv"
          : "the ending of '\(output)' is none of .safetensors, .npz, .json and .csv: add --format")
    }
    if stages, format == .csv { throw ValidationError("--stages does not fit into csv: use safetensors, npz or json") }
  }

  private var resolvedFormat: ExportFormat? { format ?? ExportFormat(fileName: output) }

  func run() throws {
    guard let format = resolvedFormat else { return }
    if output == "-", format == .safetensors || format == .npz, isatty(STDOUT_FILENO) != 0 {
      throw UsageError("\(format.rawValue) is nothing for a terminal: send standard output into a file or a pipe")
    }
    let request = try input.request()
    let model = try Model.load(input.model.locate())
    let inputs = try model.tokenize(request)
    for note in ExportNotes.notes(on: inputs, of: request, model: model) { StandardStreams.note(note) }
    Interruption.watch()
    try Export(
      model: model, request: request, inputs: inputs, format: format,
      destination: output == "-" ? .standardOutput : .path(output), stages: stages
    ).run()
  }
}

/// What whoever reads an export should know and may not expect.
enum ExportNotes {
  static func notes(on inputs: [TokenizedInput], of request: EncodeRequest, model: Model) -> [String] {
    let maximum = model.description.maximumPositions
    var notes = inputs.enumerated().filter { $1.droppedTokens > 0 }.map { index, input in
      let text = inputs.count > 1 ? "text \(index)" : "the text"
      return "\(text) is longer than the \(maximum) positions of \(model.description.name): "
        + "\(input.droppedTokens) tokens were dropped at its end"
    }
    if let padTo = request.padTo, let length = inputs.first?.count, length > padTo {
      notes.append("--pad-to \(padTo) pads nothing: the longest text has \(length) tokens")
    }
    return notes
  }
}
