import Glibc
import Support
import TestSupport
import Testing

@testable import Checkpoints

/// Checkpoints in several files, which an index lists.
@Suite struct ShardTests {
  /// An index that spreads tensors over two shards, and what it is changed to.
  static let indexes: [(change: @Sendable (inout [String: String]) -> Void, message: String)] = [
    ({ _ in }, "opened"),
    (
      { $0["embeddings.LayerNorm.bias"] = "model-3.safetensors" },
      "FOLDER/model.safetensors.index.json: the file 'model-3.safetensors' that it lists is not there; download it again"
    ),
    (
      { $0["embeddings.LayerNorm.bias"] = "../model-1.safetensors" },
      "FOLDER/model.safetensors.index.json: tensor 'embeddings.LayerNorm.bias' lies in '../model-1.safetensors', "
        + "not a file of this folder"
    ),
    (
      { $0["embeddings.LayerNorm.bias"] = "/etc/passwd" },
      "FOLDER/model.safetensors.index.json: tensor 'embeddings.LayerNorm.bias' lies in '/etc/passwd', "
        + "not a file of this folder"
    ),
    (
      { $0["embeddings.LayerNorm.bias"] = ".." },
      "FOLDER/model.safetensors.index.json: tensor 'embeddings.LayerNorm.bias' lies in '..', not a file of this folder"
    ),
    (
      { $0["embeddings.LayerNorm.bias"] = "" },
      "FOLDER/model.safetensors.index.json: tensor 'embeddings.LayerNorm.bias' lies in '', not a file of this folder"
    ),
    (
      { $0["embeddings.LayerNorm.gain"] = "model-1.safetensors" },
      "FOLDER/model-1.safetensors: has no tensor 'embeddings.LayerNorm.gain', although "
        + "FOLDER/model.safetensors.index.json says so"
    ),
    (
      { $0["encoder.layer.1.output.dense.bias"] = "model-1.safetensors" },
      "FOLDER/model-1.safetensors: has no tensor 'encoder.layer.1.output.dense.bias', although "
        + "FOLDER/model.safetensors.index.json says so"
    ),
  ]

  @Test("the index of a sharded checkpoint is not trusted", arguments: indexes.indices)
  func doesNotTrustIndex(index: Int) {
    let folder = TemporaryFolder()
    let tensors = ["embeddings.LayerNorm.bias", "embeddings.LayerNorm.weight", "encoder.layer.1.output.dense.bias"]
    var shards = [SafetensorsBuilder(), SafetensorsBuilder()]
    var map: [String: String] = [:]
    for (position, name) in tensors.enumerated() {
      let shard = position < 2 ? 0 : 1
      shards[shard].add(name, shape: [3], [1, 2, 3])
      map[name] = "model-\(shard + 1).safetensors"
    }
    Self.indexes[index].change(&map)
    for (number, shard) in shards.enumerated() { folder.write(shard.file, to: "model-\(number + 1).safetensors") }
    let members = map.map { "\"\($0.key)\": \"\($0.value)\"" }.sorted().joined(separator: ",")
    folder.write("{\"metadata\": {}, \"weight_map\": {\(members)}}", to: "model.safetensors.index.json")
    #expect(openingError(folder).replacing(folder.path, with: "FOLDER") == Self.indexes[index].message)
  }

  @Test("a tensor in two shards is an error")
  func refusesTensorInTwoShards() {
    let folder = TemporaryFolder()
    for number in 1...2 {
      var shard = SafetensorsBuilder()
      shard.add("same", shape: [1], [Float(number)])
      shard.add("other\(number)", shape: [1], [0])
      folder.write(shard.file, to: "model-\(number).safetensors")
    }
    folder.write(
      #"{"weight_map": {"same": "model-1.safetensors", "other2": "model-2.safetensors"}}"#,
      to: "model.safetensors.index.json")
    #expect(
      openingError(folder).replacing(folder.path, with: "FOLDER")
        == "FOLDER/model-2.safetensors: tensor 'same' is here and in FOLDER/model-1.safetensors")
  }

  @Test("an index without a map is named", arguments: ["{}", #"{"weight_map": {}}"#, #"{"weight_map": 3}"#, "7"])
  func namesIndexWithoutMap(text: String) {
    let folder = TemporaryFolder()
    folder.write(text, to: "model.safetensors.index.json")
    #expect(
      openingError(folder).replacing(folder.path, with: "FOLDER")
        == "FOLDER/model.safetensors.index.json: has no weight_map that says which file holds which tensor")
  }

  @Test func anIndexHasALimit() {
    let folder = TemporaryFolder()
    folder.write([], to: "model.safetensors.index.json")
    // Holes take no place on the disk.
    #expect(truncate(folder["model.safetensors.index.json"], off_t(FileLimit.weightsIndex + 1)) == 0)
    #expect(
      openingError(folder).hasSuffix("is larger than the \(FileLimit.weightsIndex) bytes that such a file may have"))
  }
}
