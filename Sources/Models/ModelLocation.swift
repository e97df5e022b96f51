import Checkpoints
import Encoders
import JSON
import Support

/// Where a model lies, and whether all of it is there.
public struct ModelLocation: Sendable, Equatable {
  /// What kind of place it was found in.
  public enum Source: String, Sendable {
    /// A folder that was named by its path.
    case folder
    /// A folder of models that Headscope looks into.
    case modelsFolder
    /// The cache of Hugging Face's libraries.
    case cache
  }

  /// What people call it: the folder's name, or ORG/NAME. Untrusted text.
  public let name: String
  /// The folder with `config.json`, or an adapter's. Of a folder of old sentence-transformers it is the one inside that has the
  /// encoder.
  public let folder: String
  /// The folder that was named, with `modules.json` if there is one.
  public let root: String
  /// Whether it is a LoRA adapter, which changes another model.
  public let isAdapter: Bool
  /// The folder of the model that an adapter changes; nil for what is none, and where that is not found.
  public private(set) var base: String?
  /// How it was found.
  public let source: Source
  /// Which commit of the model it is, where it comes from a cache.
  public let revision: String?
  /// Files that an encoder needs and that are not there. A tokenizer alone may need fewer.
  public private(set) var missing: [String]

  /// Whether all files are there that an encoder needs.
  public var isComplete: Bool { missing.isEmpty }

  /// Looks into `folder` for what is missing.
  public init(name: String, folder: String, source: Source, revision: String? = nil) {
    self.name = name
    root = folder
    self.folder = Self.encoderFolder(in: folder)
    self.source = source
    self.revision = revision
    isAdapter = Self.isAdapter(self.folder)
    missing = isAdapter ? ["the model that it changes"] : Self.missingFiles(in: self.folder)
  }

  /// An adapter, and the model that it changes.
  func merged(into model: ModelLocation) -> ModelLocation {
    var location = self
    location.base = model.folder
    location.missing = model.missing.filter { $0 != "tokenizer.json" || !Self.hasTokenizer(in: folder) }
    return location
  }

  /// The folder with `config.json`.
  public var configurationFolder: String { base ?? folder }

  /// The folder with the tokenizer: an adapter's own, or the model's that it changes.
  public var tokenizerFolder: String { Self.hasTokenizer(in: folder) ? folder : base ?? folder }

  /// The files of the weights, sorted by name; those that are not there are left out.
  public var weightFiles: [String] {
    let adapter = isAdapter ? AdapterConfiguration.weights.files(in: folder).map { Files.join(folder, $0) } : []
    let model = isAdapter ? base : folder
    return ((model.map { model in WeightNames.model.files(in: model).map { Files.join(model, $0) } } ?? []) + adapter)
      .filter(Files.isFile)
  }

  /// How many bytes have arrived of a model in a cache, files that are not yet complete included.
  public var downloadedBytes: Int {
    let snapshots = Files.parent(of: root)
    let repository = Files.name(of: snapshots) == "snapshots" ? Files.parent(of: snapshots) : root
    let blobs = Files.join(repository, "blobs")
    return Files.list(blobs).map { Files.size(Files.join(blobs, $0)) ?? 0 }.saturatingSum
  }

  // MARK: - What belongs to a model

  /// Alternatives in the order of preference; one of them has to be there in full.
  private static let tokenizerFiles =
    [["tokenizer.json"], ["vocab.txt"], ["vocab.json", "merges.txt"]]
    + [
      "spm.model", "spiece.model", "sentencepiece.bpe.model", "sentencepiece.model", "tokenizer.model", "source.spm",
    ].map { [$0] }

  private static func hasTokenizer(in folder: String) -> Bool {
    if tokenizerFiles.contains(where: { $0.allSatisfy { Files.isFile(Files.join(folder, $0)) } }) { return true }
    // A tokenizer whose tokens are bytes has no vocabulary.
    let settings = Files.join(folder, "tokenizer_config.json")
    return Files.isFile(settings)
      && (try? JSONValue(file: settings, limit: FileLimit.tokenizerSettings))?["tokenizer_class"] == "ByT5Tokenizer"
  }

  /// Where the encoder lies in a folder of sentence-transformers, as `modules.json` says: in a folder inside in old ones, `0_Transformer`.
  private static func encoderFolder(in folder: String) -> String {
    let modules = Files.join(folder, "modules.json")
    guard Files.isFile(modules), let list = try? JSONValue(file: modules, limit: FileLimit.configuration).arrayValue,
      let path = list.first(where: { isEncoder(module: $0["type"]?.stringValue ?? "") })?["path"]?.stringValue
    else { return folder }
    // What a file from outside says leads nowhere but into its folder.
    guard !path.isEmpty, path != ".", path != "..", !path.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == 0 })
    else {
      return folder
    }
    let inside = Files.join(folder, path)
    return Files.isFile(Files.join(inside, "config.json")) ? inside : folder
  }

  /// Whether `modules.json` of sentence-transformers calls the encoder so. Before version 0.4 each family had a name of its own.
  package static func isEncoder(module type: String) -> Bool {
    let name = type.split(separator: ".").last ?? ""
    return ["Transformer", "BERT", "RoBERTa", "DistilBERT", "ALBERT", "CamemBERT", "XLMRoBERTa", "T5"].contains(name)
  }

  private static func missingFiles(in folder: String) -> [String] {
    func isThere(_ name: String) -> Bool { Files.isFile(Files.join(folder, name)) }
    var missing = isThere("config.json") ? [] : ["config.json"]
    if !hasTokenizer(in: folder) { missing.append("tokenizer.json") }
    return missing + WeightNames.model.files(in: folder).filter { !isThere($0) }
  }
}
