import JSON
import Support

/// Which files of a repository a model is made of.
struct ModelFiles {
  /// One file of weights, or the index of several, in the order of preference: what torch saved only where there is nothing else.
  private static let weights = ["model.safetensors", "pytorch_model.bin"]
  private static let indexSuffix = ".index.json"
  /// What the tokenizers of the supported families read, here or in Python.
  private static let tokenizer = [
    "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.txt",
    "vocab.json", "merges.txt", "spiece.model", "spm.model", "sentencepiece.bpe.model",
    "sentencepiece.model", "tokenizer.model", "source.spm", "target.spm",
  ]
  /// What says how sentence-transformers uses an encoder.
  private static let sentences = ["modules.json", "sentence_bert_config.json"]

  /// What the hub lists, with the sizes that it says.
  private let sizes: [String: Int?]
  private var names: Dictionary<String, Int?>.Keys { sizes.keys }
  private var shards: [String] = []

  init(sizes: [String: Int?]) { self.sizes = sizes }

  /// Bytes as the list says; nil where it does not.
  func size(of name: String) -> Int? { sizes[name] ?? nil }

  /// How many bytes a file may have.
  static func limit(of name: String) -> Int {
    switch name {
    case "config.json": FileLimit.configuration
    case _ where name.hasSuffix(indexSuffix): FileLimit.weightsIndex
    case "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json": FileLimit.tokenizerSettings
    case _ where sentences.contains(name): FileLimit.configuration
    case _ where tokenizer.contains(name): FileLimit.tokenizer
    default: .max
    }
  }

  /// How many bytes weights of unknown length may have.
  static let longestUnannounced = 16 << 30

  var hasConfiguration: Bool { names.contains("config.json") }
  /// The file of weights, or the index of several; nil where there is neither.
  private var main: String? {
    Self.weights.lazy.flatMap { [$0, $0 + Self.indexSuffix] }.first { names.contains($0) }
  }
  var hasWeights: Bool { main != nil }
  /// The list of several files; one file is preferred to them.
  var index: String? { main.flatMap { $0.hasSuffix(Self.indexSuffix) ? $0 : nil } }
  /// Weights in formats that are not read.
  var otherWeights: [String] {
    names.filter { name in [".bin", ".h5", ".msgpack", ".onnx", ".pt", ".gguf"].contains { name.hasSuffix($0) } }
      .sorted()
  }

  /// What is to be fetched beside the configuration and the index, small files first.
  var wanted: [String] {
    (Self.sentences + Self.tokenizer).filter { names.contains($0) } + (index == nil ? main.map { [$0] } ?? [] : shards)
  }

  /// Takes the shards' names from the index.
  mutating func addShards(index: [UInt8], id: String) throws(HubError) {
    let document: JSONValue
    do { document = try JSONValue(parsing: index) } catch {
      throw .notAHub(url: "\(id), \(self.index ?? "")", reason: "\(error)")
    }
    let map = document["weight_map"]?.objectValue?.members ?? []
    shards = Set(map.compactMap { $0.value.stringValue }).sorted()
    for shard in shards where !isSafeFileName(shard) || !names.contains(shard) { throw .missingShard(shard, id: id) }
    if shards.isEmpty { throw .noWeights(id, others: otherWeights) }
  }
}
