import Activations
import ArgumentParser
import Exporting
import JSON
import Models
import Support

struct ModelsInfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Show what a model is: family, sizes, parameters, files, and what is ignored in them.")

  @Argument(help: .init("The model, as for --model (default: the one that is taken without it).", valueName: "ref"))
  var reference: String?

  @Flag(help: "Write JSON: one object.")
  var json = false

  func run() throws {
    let model = try Model.load(ModelLocator.current.locate(reference))
    let facts = ModelFacts(model)
    let output = try StandardStreams.output()
    try output.append(json ? facts.json.serialized(pretty: true) + "\n" : facts.table)
    try output.finish()
  }
}

/// What is known of a loaded model.
struct ModelFacts {
  let location: ModelLocation
  let description: EncoderDescription
  /// How many tokens the tokenizer knows; the encoder can have embeddings for more.
  let tokens: Int
  let digest: String?

  init(_ model: Model) {
    location = model.location
    description = model.description
    tokens = model.tokenizer.vocabularySize
    digest = model.weightsDigest()
  }

  var table: String {
    var table = TextTable(columns: [.init("model"), .init(location.name, most: nil)])
    func row(_ name: String, _ value: String) { table.add([name, value]) }
    row("family", description.family)
    row("layers", "\(description.layers)")
    row("heads", "\(description.heads) a layer, \(description.layers * description.heads) in all")
    if description.keyValueHeads < description.heads {
      row(
        "",
        "\(description.keyValueHeads) of keys and values: \(description.heads / description.keyValueHeads) heads share them"
      )
    }
    row("hidden size", "\(description.hiddenSize)")
    row("head size", "\(description.headSize)")
    row("feed-forward size", "\(description.intermediateSize)")
    row("vocabulary", "\(description.vocabularySize) embeddings, \(tokens) tokens in the tokenizer")
    row("longest input", "\(description.maximumPositions) positions")
    if let length = description.sentenceLength {
      row("", "sentence-transformers uses the first \(length) tokens; here nothing is cut there")
    }
    row("token types", "\(description.tokenTypes)")
    if let task = description.task { row("trained for", task) }
    row("parameters", grouped(description.parameters))
    row("stored as", "\(description.storedType), \(byteSize(description.fileBytes))")
    row("weights digest", digest ?? "the files cannot be read")
    row("folder", location.folder)
    if let base = location.base { row("adapter of", base) }
    if let revision = location.revision { row("revision", revision) }
    for (index, file) in description.files.enumerated() { row(index == 0 ? "weights" : "", Files.name(of: file)) }
    for (index, name) in description.ignoredTensors.enumerated() { row(index == 0 ? "ignored tensors" : "", name) }
    if description.ignoredTensors.isEmpty { row("ignored tensors", "none") }
    for note in description.notes { row("note", note) }
    for note in description.predictionNotes { row("note on [MASK]", note) }
    return table.description
  }

  var json: JSONValue {
    [
      "name": JSONValue(location.name),
      "family": JSONValue(description.family),
      "layers": .integer(description.layers),
      "heads": .integer(description.heads),
      "hidden_size": .integer(description.hiddenSize),
      "head_size": .integer(description.headSize),
      "key_value_heads": .integer(description.keyValueHeads),
      "intermediate_size": .integer(description.intermediateSize),
      "vocabulary_size": .integer(description.vocabularySize),
      "tokenizer_vocabulary_size": .integer(tokens),
      "maximum_positions": .integer(description.maximumPositions),
      "sentence_length": description.sentenceLength.map { .integer($0) } ?? .null,
      "token_types": .integer(description.tokenTypes),
      "task": description.task.map { JSONValue($0) } ?? .null,
      "parameters": .integer(description.parameters),
      "stored_type": JSONValue(description.storedType),
      "bytes": .integer(description.fileBytes),
      "weights_digest": digest.map { JSONValue($0) } ?? .null,
      "source": JSONValue(location.source.rawValue),
      "folder": JSONValue(location.folder),
      "adapter_of": location.base.map { JSONValue($0) } ?? .null,
      "revision": location.revision.map { JSONValue($0) } ?? .null,
      "files": .array(description.files.map { JSONValue($0) }),
      "ignored_tensors": .array(description.ignoredTensors.map { JSONValue($0) }),
      "notes": .array(description.notes.map { JSONValue($0) }),
      "prediction_notes": .array(description.predictionNotes.map { JSONValue($0) }),
    ]
  }

  /// `22,565,376`
  private func grouped(_ number: Int) -> String {
    var result = ""
    for (index, digit) in String(number).reversed().enumerated() {
      if index > 0, index % 3 == 0 { result.append(",") }
      result.append(digit)
    }
    return String(result.reversed())
  }
}
