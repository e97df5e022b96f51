import Activations
import TestSupport
import Testing

@testable import Encoders

/// What loading says about a folder.
private func loadingError(_ folder: TemporaryFolder) -> String {
  do {
    _ = try loadEncoder(folder: folder.path, name: "tiny")
    return "loaded"
  } catch {
    return "\(error)"
  }
}

@Suite struct MalformedCheckpointTests {
  typealias Damage = CheckpointDamage

  static let query = Damage.query
  private static let tensor = "FILE: tensor '\(query)'"

  static let damages: [Damage] = [
    .entry("wrong shape", says: "\(tensor): expected shape [24, 24], found [12, 48]") { $0.shape = "[12,48]" },
    .entry("flat", says: "\(tensor): expected shape [24, 24], found [576]") { $0.shape = "[576]" },
    .entry("wrong dtype", says: "\(tensor): expected F64, F32, F16 or BF16, found I32") { $0.type = "I32" },
    .entry(
      "wrong size of the vocabulary", "embeddings.word_embeddings.weight",
      says: "FILE: tensor 'embeddings.word_embeddings.weight': expected shape [50, 24], found [25, 48]"
    ) { $0.shape = "[25,48]" },
    .entry("missing", says: "\(tensor) is missing; expected it with shape [24, 24]") { $0.name = "query" },
    .entry(
      "no embeddings", "embeddings.word_embeddings.weight",
      says: "FILE: tensor 'embeddings.word_embeddings.weight' is missing, with or without a prefix"
    ) { $0.name = "wte.weight" },
    Damage(
      "NaN", says: "\(tensor) holds NaN at [1, 2]; the file is damaged, or training diverged"
    ) { poisoned($0, query, at: 26, .nan) },
    Damage(
      "infinity in a bias",
      says: "FILE: tensor 'encoder.layer.1.output.dense.bias' holds infinity at [23]; the file is damaged, or training "
        + "diverged"
    ) { poisoned($0, "encoder.layer.1.output.dense.bias", at: 23, -.infinity) },
    Damage(
      "NaN in a norm",
      says: "FILE: tensor 'embeddings.LayerNorm.weight' holds NaN at [0]; the file is damaged, or training diverged"
    ) { poisoned($0, "embeddings.LayerNorm.weight", at: 0, .nan) },
  ]

  private static func poisoned(_ builder: SafetensorsBuilder, _ name: String, at index: Int, _ value: Float) -> [UInt8]
  {
    var builder = builder
    let start = builder.entries[builder.index(of: name)].offsets.0 + index * 4
    builder.data.replaceSubrange(start..<start + 4, with: withUnsafeBytes(of: value) { Array($0) })
    return builder.file
  }

  @Test("says in one line what is wrong with a file", arguments: damages)
  func saysWhatIsWrong(damage: Damage) throws {
    let folder = TemporaryFolder()
    let model = TinyBert(seed: 30)
    model.write(to: folder)
    #expect(loadingError(folder) == "loaded")
    folder.write(damage.file(model.checkpoint), to: "model.safetensors")
    #expect(loadingError(folder) == damage.message.replacing("FILE", with: "\(folder.path)/model.safetensors"))
  }

  @Test("a NaN in an embedding is found when it is used")
  func findsNaNInEmbeddings() throws {
    let folder = TemporaryFolder()
    let model = TinyBert(seed: 31)
    model.write(to: folder)
    folder.write(
      Self.poisoned(model.checkpoint, "embeddings.word_embeddings.weight", at: 7 * 24 + 5, .nan),
      to: "model.safetensors")
    let encoder = try loadEncoder(folder: folder.path, name: "tiny")
    let mask = AttentionMask(.none, attentionMask: [true, true])
    _ = try encoder.run(TokenizedInput(ids: [6, 8]), mask: mask)
    let error = #expect(throws: EncoderError.self) { try encoder.run(TokenizedInput(ids: [6, 7]), mask: mask) }
    #expect(
      error?.description
        == "\(folder.path)/model.safetensors: tensor 'embeddings.word_embeddings.weight' holds NaN at [7, 5]; "
        + "the file is damaged, or training diverged")
  }

  @Test("what is damaged can be let pass, and is named")
  func loadsDamagedWeights() throws {
    let folder = TemporaryFolder()
    let model = TinyBert(seed: 33)
    model.write(to: folder)
    folder.write(
      Self.poisoned(model.checkpoint, "encoder.layer.1.attention.self.query.weight", at: 26, .nan),
      to: "model.safetensors")
    let encoder = try loadEncoder(folder: folder.path, name: "tiny", allowsDamagedWeights: true)
    #expect(
      encoder.description.damagedTensors
        == ["tensor 'encoder.layer.1.attention.self.query.weight' holds NaN at [1, 2]"])
    let trace = try encoder.run(TokenizedInput(ids: [6, 8]), mask: AttentionMask(.none, attentionMask: [true, true]))
    // The layer before it is as it was; in its own layer NaN is seen, and not hidden.
    #expect(trace.layers[0].attentionProbabilities.values().allSatisfy { $0.isFinite })
    #expect(trace.layers[1].queries.values().contains { $0.isNaN })
    #expect(trace.layers[1].attentionProbabilities.values().contains { $0.isNaN })
    let whole = try loadEncoder(folder: Fixtures.path("encoders/bert"), name: "", allowsDamagedWeights: true)
    #expect(whole.description.damagedTensors.isEmpty)
  }
}
