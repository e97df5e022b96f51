import Activations
import JSON
import Safetensors
import Support
import TestSupport
import Testing

@testable import Encoders

/// Parameters in memory: the same forward pass as from a mapped checkpoint.
@Suite struct ParameterStoreTests {
  private func configuration(of folder: String) throws -> JSONObject {
    try #require(try JSONValue(file: "\(folder)/config.json", limit: FileLimit.configuration).objectValue)
  }

  /// Everything that a trace holds of what an encoder computed.
  private func numbers(_ trace: AttentionTrace) -> [[Float]] {
    trace.hiddenStates.map { $0.values() }
      + trace.layers.flatMap { layer in
        [layer.queries, layer.keys, layer.values, layer.attentionProbabilities, layer.contextLayer].map { $0.values() }
      }
  }

  @Test(
    "every family computes the same from a mapped checkpoint and from memory, bit for bit",
    arguments: [
      "bert", "bert-mlm-cased", "bert-gelu-new", "bert-sharded", "bert-float16", "bert-bfloat16", "distilbert",
      "roberta", "xlm-roberta", "electra", "albert", "mpnet", "deberta-v2", "deberta-v2-conv", "modernbert",
    ])
  func computesTheSame(model: String) throws {
    let folder = Fixtures.path("encoders/\(model)")
    let mapped = try loadEncoder(folder: folder, name: model)
    let store = try ParameterStore(folder: folder)
    let held = try makeEncoder(configuration: configuration(of: folder), parameters: store, name: model)
    #expect(held.description.parameters == mapped.description.parameters)
    #expect(held.description.files == [] && held.description.fileBytes == store.count * 4)
    for testCase in try Golden(folder: folder).cases {
      let input = try Golden(folder: folder).input(testCase)
      let mask = AttentionMask(testCase.mode, attentionMask: input.attentionMask)
      let (a, b) = (try mapped.run(input, mask: mask), try held.run(input, mask: mask))
      #expect(numbers(a) == numbers(b), "\(testCase.name)")
      let last = try #require(a.hiddenStates.last)
      let (x, y) = (
        try mapped.vocabularyLogits(of: last, at: [0, 1]), try held.vocabularyLogits(of: last, at: [0, 1])
      )
      #expect(x?.values() == y?.values(), "\(testCase.name)")
    }
  }

  private let input = TokenizedInput(ids: [1, 2, 3, 4, 5])

  private func run(_ encoder: any Encoder) throws -> AttentionTrace {
    try encoder.run(input, mask: AttentionMask(.keys, attentionMask: input.attentionMask))
  }

  /// A tiny BERT in a store, and its configuration.
  private func tiny() throws -> (JSONObject, ParameterStore, TinyBert) {
    let model = TinyBert(seed: 71)
    var store = ParameterStore()
    for tensor in model.tensors { store[tensor.name] = Tensor(shape: tensor.shape, tensor.values) }
    return (try #require(try JSONValue(parsing: model.configuration).objectValue), store, model)
  }

  @Test("what is changed in the store changes what the next encoder computes, and nothing else")
  func showsChanges() throws {
    let (configuration, store, model) = try tiny()
    let encoder = try makeEncoder(configuration: configuration, parameters: store, name: "tiny")
    let before = try run(encoder)
    #expect(numbers(before) == numbers(try run(model.load())))

    // The bias of a layer's last norm is added to its output as it is.
    var changed = store
    let bias = try #require(store["encoder.layer.0.output.LayerNorm.bias"])
    changed["encoder.layer.0.output.LayerNorm.bias"] = Tensor(shape: [24], bias.values().map { $0 + 0.25 })
    let after = try run(makeEncoder(configuration: configuration, parameters: changed, name: "tiny"))
    let (old, new) = (before.hiddenStates[1].values(), after.hiddenStates[1].values())
    #expect(zip(old, new).allSatisfy { abs($1 - $0 - 0.25) < 1e-6 })
    #expect(numbers(before)[0] == numbers(after)[0])
    #expect(before.layers[0].attentionProbabilities.values() == after.layers[0].attentionProbabilities.values())
    #expect(before.layers[1].attentionProbabilities.values() != after.layers[1].attentionProbabilities.values())

    // A store is a value: neither the other one nor the encoder made of it has changed.
    #expect(store["encoder.layer.0.output.LayerNorm.bias"]?.values() == bias.values())
    #expect(numbers(try run(encoder)) == numbers(before))
  }

  @Test("changed parameters that are written and loaded give the same numbers as in memory, in half precision too")
  func isWritten() throws {
    let (configuration, original, model) = try tiny()
    var store = original
    let name = "encoder.layer.1.attention.self.query.weight"
    let weight = try #require(store[name])
    store[name] = Tensor(storage: weight.storage, offset: 0, shape: [24, 24], strides: [1, 24])
    let folder = TemporaryFolder()
    model.write(to: folder)
    for type in [.float32, .float16, .bfloat16] as [StoredType] {
      try store.write(to: folder["model.safetensors"], as: type)
      let loaded = try loadEncoder(folder: folder.path, name: "tiny")
      #expect(loaded.description.storedType == type.rawValue)
      if type != .float32 { store = try ParameterStore(folder: folder.path) }
      let held = try makeEncoder(configuration: configuration, parameters: store, name: "tiny")
      #expect(numbers(try run(loaded)) == numbers(try run(held)))
    }
  }

  @Test("a parameter that is another one's, under a second name, is written and found again")
  func keepsAliases() throws {
    let model = TinyBert(seed: 72)
    let folder = TemporaryFolder()
    model.write(to: folder)
    let words = "embeddings.word_embeddings.weight"
    var builder = SafetensorsBuilder()
    for tensor in model.tensors {
      builder.add(tensor.name == words ? "tied" : tensor.name, shape: tensor.shape, tensor.values)
    }
    let header = builder.header.replacing(#"{"format":"pt"}"#, with: #"{"format":"pt","\#(words)":"tied"}"#)
    folder.write(SafetensorsBuilder.file(header: header, data: builder.data), to: "model.safetensors")
    let expected = numbers(try run(loadEncoder(folder: folder.path, name: "tied")))
    var store = try ParameterStore(folder: folder.path)
    #expect(store[words]?.shape == [50, 24] && !store.names.contains(words))
    store[words] = store[words]
    try store.write(to: folder["model.safetensors"])
    #expect(numbers(try run(loadEncoder(folder: folder.path, name: "tied"))) == expected)
  }

  @Test("what is missing, has another shape or is not a number is an error")
  func checks() throws {
    let (configuration, store, _) = try tiny()
    func message(_ change: (inout ParameterStore) -> Void) -> String {
      var store = store
      change(&store)
      do {
        _ = try makeEncoder(configuration: configuration, parameters: store, name: "tiny")
        return "made"
      } catch {
        return "\(error)"
      }
    }
    let name = "encoder.layer.1.output.dense.bias"
    #expect(
      message { $0[name] = nil }
        == "the parameters in memory: tensor '\(name)' is missing; expected it with shape [24]")
    #expect(
      message { $0[name] = Tensor(shape: [2], [1, 2]) }
        == "the parameters in memory: tensor '\(name)': expected shape [24], found [2]")
    #expect(
      message { $0[name] = Tensor(shape: [24], (0..<24).map { $0 == 7 ? .nan : 0 }) }
        == "the parameters in memory: tensor '\(name)' holds NaN at [7]; the file is damaged, or training diverged")
    #expect(message { _ in } == "made")
    let error = #expect(throws: EncoderError.self) {
      try makeEncoder(configuration: [:], parameters: store, name: "tiny")
    }
    #expect(error?.description.hasPrefix("tiny: has no model_type") == true)
  }
}
