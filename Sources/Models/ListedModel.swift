import Encoders
import JSON
import Support
import Tokenizers

/// What a list can say of a model without loading it.
package struct ListedModel: Sendable {
  package let location: ModelLocation
  /// Hugging Face's `model_type`; nil where config.json does not say it.
  package let family: String?
  package let layers: Int?
  package let heads: Int?
  /// How many tokens its longest input has; nil where that is not known, and before `check`.
  private(set) package var longestInput: Int?
  /// Why it does not open; nil where it does, and before `check`.
  private(set) package var failure: String?
  /// Whether `check` has opened it.
  private var hasOpened = false
  /// The size of the weight files that are there, in bytes.
  package let bytes: Int

  /// Reads the model's config.json, if there is one.
  package init(_ location: ModelLocation) {
    self.location = location
    let configuration = Files.read(
      Files.join(location.configurationFolder, "config.json"), limit: FileLimit.configuration
    )
    .flatMap { try? JSONValue(parsing: $0) }
    // Families have names of their own, and models of text and pictures have the text's apart.
    func number(_ names: String...) -> Int? {
      names.lazy.compactMap { (configuration?[$0] ?? configuration?["text_config"]?[$0])?.intValue }.first
    }
    family = configuration?["model_type"]?.stringValue
    layers = number("num_hidden_layers", "n_layers", "n_layer", "num_layers", "encoder_layers")
    heads = number("num_attention_heads", "n_heads", "n_head", "num_heads", "encoder_attention_heads")
    bytes = location.weightFiles.map { Files.size($0) ?? 0 }.saturatingSum
  }

  /// Loads what there is, but for the numbers of large matrices, to find out whether the model opens.
  package mutating func check() {
    // Of weights that are not where they are looked for, the encoder says what is there in their stead.
    let lacksWeights = location.source != .cache && location.missing == ["model.safetensors"]
    guard location.isComplete || lacksWeights || location.isAdapter && location.baseName == nil else { return }
    guard isSupported || family == nil else { return }
    do {
      if location.isAdapter, location.base == nil { _ = try AdapterConfiguration(folder: location.folder) }
      longestInput = try checkEncoder(
        folder: location.configurationFolder, adapter: location.isAdapter ? location.folder : nil
      ).maximumPositions
      _ = try Tokenizer(folder: location.tokenizerFolder)
      hasOpened = true
    } catch {
      // The folder is named already.
      failure = "\(error)".replacing("\(location.folder)/", with: "").replacing("\(location.folder): ", with: "")
    }
  }

  /// Whether the encoder can be computed.
  package var isSupported: Bool { family.map(supportedFamilies.contains) ?? false }

  /// In words: whether it can be used, and what is missing.
  package var state: String {
    if let failure { return "does not open: \(failure)" }
    if location.isAdapter, location.base == nil {
      return "an adapter of \(location.baseName ?? "?"), which is not here"
    }
    if !location.isComplete {
      return (location.source == .cache ? "partly downloaded, lacks " : "lacks ")
        + location.missing.joined(separator: ", ")
    }
    return isSupported || hasOpened ? "ready" : "family not supported"
  }
}

/// A number of bytes for people: `87 MB` (a MB is a million bytes).
package func byteSize(_ bytes: Int) -> String {
  switch bytes {
  case ..<1000: "\(bytes) B"
  case ..<1_000_000: "\((bytes + 500) / 1000) kB"
  case ..<1_000_000_000: "\((bytes + 500_000) / 1_000_000) MB"
  default: "\(bytes / 1_000_000_000).\(bytes % 1_000_000_000 / 100_000_000) GB"
  }
}
