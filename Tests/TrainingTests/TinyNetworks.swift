import Activations
import Encoders
import JSON
import TestSupport
import Testing

@testable import Training

/// The smallest model of a family: random parameters for both heads.
struct TinyNetwork: CustomTestStringConvertible {
  let name: String
  let configuration: JSONObject

  var testDescription: String { name }

  /// How large the networks are.
  struct Size {
    var hidden = 8
    var inner = 12
    var vocabulary = 20
    var positions = 14

    /// Small enough for a difference for every parameter.
    static let small = Size()
    /// Large enough for kernels to have whole vectors and what is left of them.
    static let wide = Size(hidden: 40, inner: 52, vocabulary: 45, positions: 40)
  }

  /// One of each family, and what families do in more than one way.
  static func all(_ size: Size = .small) -> [TinyNetwork] {
    func network(_ name: String, _ type: String, layers: Int = 2, _ other: JSONObject = [:]) -> TinyNetwork {
      var configuration: JSONObject = [
        "hidden_size": .integer(size.hidden), "num_attention_heads": 2, "num_hidden_layers": .integer(layers),
        "intermediate_size": .integer(size.inner), "vocab_size": .integer(size.vocabulary),
        "max_position_embeddings": .integer(size.positions), "type_vocab_size": 2, "dim": .integer(size.hidden),
        "n_heads": 2, "n_layers": .integer(layers), "hidden_dim": .integer(size.inner), "initializer_range": 0.5,
      ]
      configuration["model_type"] = JSONValue(type)
      for key in other.keys { configuration[key.description] = other[key.description] }
      return TinyNetwork(name: name, configuration: configuration)
    }
    let narrow = JSONValue.integer(size.hidden - 2)
    return [
      network("bert", "bert"), network("roberta", "roberta", ["hidden_act": "relu"]),
      network("xlm-roberta", "xlm-roberta"), network("camembert", "camembert"),
      network("electra, projected", "electra", ["embedding_size": narrow]),
      network("albert, 2 groups", "albert", layers: 3, ["embedding_size": narrow, "num_hidden_groups": 2]),
      network("distilbert", "distilbert", ["tie_word_embeddings": false]), network("mpnet", "mpnet"),
      network(
        "deberta-v2, shared", "deberta-v2",
        [
          "relative_attention": true, "pos_att_type": "p2c|c2p", "position_buckets": 4, "share_att_key": true,
          "norm_rel_ebd": "layer_norm", "position_biased_input": false, "type_vocab_size": 0,
        ]),
      network(
        "deberta-v2, separate", "deberta-v2",
        [
          "relative_attention": true, "pos_att_type": "p2c|c2p", "max_relative_positions": 4, "share_att_key": false,
          "position_biased_input": true, "conv_kernel_size": 3, "conv_groups": 2, "embedding_size": narrow,
          "legacy": false,
        ]),
      network(
        "modernbert", "modernbert", layers: 3,
        ["global_attn_every_n_layers": 2, "local_attention": 4, "classifier_pooling": "mean"]),
      network(
        "modernbert, with biases", "modernbert",
        [
          "global_attn_every_n_layers": 2, "local_attention": 4, "norm_bias": true, "attention_bias": true,
          "mlp_bias": true, "classifier_bias": true, "tie_word_embeddings": false,
        ]),
    ]
  }

  func architecture() throws -> Architecture { try Architecture(Configuration(configuration, path: name)) }

  static let labels = 3

  /// Random parameters of the encoder and both heads.
  func store(seed: UInt64) throws -> ParameterStore {
    let architecture = try architecture()
    var generator = TestSupport.SeededGenerator(seed: seed)
    var store = ParameterStore()
    for task in [PredictionTask.classification(labels: Self.labels), .maskedLM] {
      let layout = try Network(architecture, task).layout
      for entry in layout.entries + [layout.words] where store[entry.name] == nil {
        let isNorm = entry.shape.count == 1 && entry.name.hasSuffix("weight")
        store[entry.name] = Tensor(
          shape: entry.shape, generator.floats(entry.count, in: isNorm ? 0.5...1.5 : -0.6...0.6))
      }
    }
    return store
  }

  /// Random sentences of so many tokens each.
  func inputs(_ lengths: [Int], seed: UInt64) throws -> [TokenizedInput] {
    let architecture = try architecture()
    let types = architecture.embeddings.tokenTypes?.rows ?? 1
    var generator = TestSupport.SeededGenerator(seed: seed)
    let vocabulary = 2..<Int32(architecture.vocabulary)
    return lengths.map { (count: Int) -> TokenizedInput in
      let ids = (0..<count).map { _ in Int32.random(in: vocabulary, using: &generator) }
      return TokenizedInput(
        ids: ids, types: ids.map { _ in types > 1 ? Int32.random(in: 0...1, using: &generator) : 0 })
    }
  }
}

extension TokenizedInput {
  init(ids: [Int32], types: [Int32]? = nil, mask: [Bool]? = nil) {
    self.init(
      inputIDs: ids, tokenTypeIDs: types ?? ids.map { _ in 0 }, tokens: ids.map { "t\($0)" },
      offsets: ids.map { _ in 0..<0 }, specialTokensMask: ids.map { _ in false }, sequenceIDs: ids.map { _ in 0 },
      attentionMask: mask ?? ids.map { _ in true })
  }
}

extension AttentionMask {
  /// A mask that blocks some pairs, and all keys of a query.
  static func random(size: Int, blockedRow: Int, seed: UInt64) -> AttentionMask {
    var generator = TestSupport.SeededGenerator(seed: seed)
    let allowed = (0..<size * size).map { place in
      let (query, key) = (place / size, place % size)
      return query != blockedRow && (query == key || !generator.once(in: 4))
    }
    return AttentionMask(size: size, allowed: allowed)
  }
}
