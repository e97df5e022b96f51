import JSON
import Support

/// Which files of a repository a model is made of.
struct ModelFiles {
  /// One file of weights, or the index of several, in the order of preference: what torch saved only where there is nothing else.
  private static let weights = ["model.safetensors", "pytorch_model.bin"]
  /// Those of an adapter, which changes another model and has no configuration of one.
  private static let adapterWeights = ["adapter_model.safetensors", "adapter_model.bin"]
  private static let adapterConfiguration = "adapter_config.json"
  private static let indexSuffix = ".index.json"
  /// What the tokenizers of the supported families read, here or in Python.
  private static let tokenizer = [
    "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.txt",
    "vocab.json", "merges.txt", "spiece.model", "spm.model", "sentencepiece.bpe.model",
    "sentencepiece.model", "tokenizer.model", "source.spm", "target.spm",
  ]
  /// What says how sentence-transformers uses an encoder.
  private static let sentences = [
    "modules.json", "sentence_bert_config.json", "config_sentence_transformers.json",
  ]

  /// What the hub lists, with the sizes that it says.
  private let sizes: [String: Int?]
  private var names: Dictionary<String, Int?>.Keys { sizes.keys }
  private var shards: [String] = []

  init(sizes: [String: Int?]) { self.sizes = sizes }

  /// Bytes as the list says; nil where it does not.
  func size(of name: String) -> Int? { sizes[name] ?? nil }

  /// How many bytes a file may have.
  static func limit(of path: String) -> Int {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return switch name {
    case "config.json", adapterConfiguration: FileLimit.configuration
    case _ where name.hasSuffix(indexSuffix): FileLimit.weightsIndex
    case "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json": FileLimit.tokenizerSettings
    case _ where sentences.contains(name): FileLimit.configuration
    case _ where tokenizer.contains(name): FileLimit.tokenizer
    default: .max
    }
  }

  /// How many bytes weights of unknown length may have.
  static let longestUnannounced = 16 << 30

  /// Where the encoder lies: nowhere but at the top, except for old repositories of sentence-transformers, which have it in a folder,
  /// usually `0_Transformer`, and say so in `modules.json`.
  private var folder: String {
    guard main(in: "") == nil, names.contains("modules.json") else { return "" }
    let folders = names.compactMap { name -> String? in
      let parts = name.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count == 2, parts[1] == "config.json", isSafeFileName(String(parts[0])) else { return nil }
      return "\(parts[0])/"
    }
    return folders.sorted().first { main(in: $0) != nil } ?? ""
  }

  private var isAdapter: Bool { !names.contains("config.json") && names.contains(Self.adapterConfiguration) }

  private func main(in folder: String) -> String? {
    (isAdapter ? Self.adapterWeights : Self.weights).lazy.flatMap { [folder + $0, folder + $0 + Self.indexSuffix] }
      .first { names.contains($0) }
  }

  /// The encoder's configuration, or an adapter's; nil where there is neither.
  var configuration: String? {
    let name = isAdapter ? Self.adapterConfiguration : folder + "config.json"
    return names.contains(name) ? name : nil
  }
  /// The file of weights, or the index of several; nil where there is neither.
  private var main: String? { main(in: folder) }
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
    let folder = folder
    let inside = (Self.sentences + Self.tokenizer).map { folder + $0 }
    let outside = folder.isEmpty ? [] : Self.sentences
    return (outside + inside).filter { names.contains($0) } + poolings
      + (index == nil ? main.map { [$0] } ?? [] : shards)
  }

  /// How sentence-transformers makes a sentence's vector of its tokens': `1_Pooling/config.json`.
  private var poolings: [String] {
    let suffix = "_Pooling/config.json"
    return names.filter { name in
      guard name.hasSuffix(suffix) else { return false }
      let number = name.dropLast(suffix.count)
      return (1...2).contains(number.utf8.count) && number.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }.sorted()
  }

  /// Takes the shards' names from the index.
  mutating func addShards(index: [UInt8], id: String) throws(HubError) {
    let document: JSONValue
    do { document = try JSONValue(parsing: index) } catch {
      throw .notAHub(url: "\(id), \(self.index ?? "")", reason: "\(error)")
    }
    let map = document["weight_map"]?.objectValue?.members ?? []
    let folder = folder
    let listed = Set(map.compactMap { $0.value.stringValue }).sorted()
    for shard in listed where !isSafeFileName(shard) || !names.contains(folder + shard) {
      throw .missingShard(folder + shard, id: id)
    }
    shards = listed.map { folder + $0 }
    if shards.isEmpty { throw .noWeights(id, others: otherWeights) }
  }
}
