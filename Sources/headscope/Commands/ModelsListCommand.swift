import ArgumentParser
import Encoders
import JSON
import Models
import Support

struct ModelsListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the models in the models folders and in the Hugging Face cache.")

  @Flag(help: "Write JSON: an array of objects.")
  var json = false

  func run() throws {
    let locator = ModelLocator.current
    let models = locator.list().map(ListedModel.init)
    let output = try StandardStreams.output()
    if json {
      try output.append(JSONValue.array(models.map(\.json)).serialized(pretty: true) + "\n")
    } else if models.isEmpty {
      StandardStreams.note(ModelError.noModels(searched: locator.searched).text)
    } else {
      var table = TextTable(
        columns: [
          .init("name", most: nil), .init("family"), .init("layers", .trailing), .init("heads", .trailing),
          .init("size", .trailing), .init("state", most: 80), .init("folder", most: nil),
        ])
      for model in models {
        table.add([
          model.location.name, model.family ?? "?", model.layers.map { "\($0)" } ?? "",
          model.heads.map { "\($0)" } ?? "",
          byteSize(model.bytes), model.state, model.location.folder,
        ])
      }
      try table.write(to: output)
    }
    try output.finish()
  }
}

/// What can be said of a model without loading it.
struct ListedModel {
  let location: ModelLocation
  let family: String?
  let layers: Int?
  let heads: Int?
  /// Bytes of the weight files that are there.
  let bytes: Int

  init(_ location: ModelLocation) {
    self.location = location
    let configuration = Files.read(Files.join(location.folder, "config.json"), limit: FileLimit.configuration)
      .flatMap { try? JSONValue(parsing: $0) }
    // DistilBERT has names of its own.
    func number(_ names: String...) -> Int? { names.lazy.compactMap { configuration?[$0]?.intValue }.first }
    family = configuration?["model_type"]?.stringValue
    layers = number("num_hidden_layers", "n_layers")
    heads = number("num_attention_heads", "n_heads")
    bytes = location.weightFiles.map { Files.size($0) ?? 0 }.saturatingSum
  }

  var isSupported: Bool { family.map(supportedFamilies.contains) ?? false }

  /// In words.
  var state: String {
    if !location.isComplete {
      return (location.source == .cache ? "partly downloaded, lacks " : "lacks ")
        + location.missing.joined(separator: ", ")
    }
    return isSupported ? "ready" : "family not supported"
  }

  var json: JSONValue {
    [
      "name": JSONValue(location.name),
      "family": family.map { JSONValue($0) } ?? .null,
      "layers": layers.map { .integer($0) } ?? .null,
      "heads": heads.map { .integer($0) } ?? .null,
      "bytes": .integer(bytes),
      "source": JSONValue(location.source.rawValue),
      "folder": JSONValue(location.folder),
      "revision": location.revision.map { JSONValue($0) } ?? .null,
      "supported": .bool(isSupported),
      "complete": .bool(location.isComplete),
      "missing": .array(location.missing.map { JSONValue($0) }),
    ]
  }
}

/// A number of bytes for people: `87 MB` (a MB is a million bytes).
func byteSize(_ bytes: Int) -> String {
  switch bytes {
  case ..<1000: "\(bytes) B"
  case ..<1_000_000: "\((bytes + 500) / 1000) kB"
  case ..<1_000_000_000: "\((bytes + 500_000) / 1_000_000) MB"
  default: "\(bytes / 1_000_000_000).\(bytes % 1_000_000_000 / 100_000_000) GB"
  }
}
