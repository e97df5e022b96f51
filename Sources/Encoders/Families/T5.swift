import Activations
import KernelParameters

/// The encoder of T5 (Raffel et al. 2020), mT5 and ByT5, after `T5EncoderModel` in Hugging Face's `models/t5/modeling_t5.py`: scores are
/// not scaled, and the bias for distances that layer 0 holds is added in every layer.
enum T5: LayeredFamily {
  static func blueprint(_ configuration: Configuration, _ parameters: Parameters) throws -> Blueprint {
    try Blueprint(t5: configuration, sharesBias: true, defaultFeedForward: "relu")
  }
}

/// mT5, which is gated unless its configuration says otherwise.
enum MT5: LayeredFamily {
  static func blueprint(_ configuration: Configuration, _ parameters: Parameters) throws -> Blueprint {
    try Blueprint(t5: configuration, sharesBias: true, defaultFeedForward: "gated-gelu")
  }
}

/// UMT5 (Chung et al. 2023), after `UMT5EncoderModel` in `models/umt5/modeling_umt5.py`: every layer has a bias of its own.
enum UMT5: LayeredFamily {
  static func blueprint(_ configuration: Configuration, _ parameters: Parameters) throws -> Blueprint {
    try Blueprint(t5: configuration, sharesBias: false, defaultFeedForward: "gated-gelu")
  }
}

extension Blueprint {
  fileprivate init(t5 configuration: Configuration, sharesBias: Bool, defaultFeedForward: String) throws {
    typealias Limit = Configuration.Limit
    let hidden = try configuration.integer("d_model", in: Limit.hidden)
    let sizes = Sizes(
      layers: try configuration.integer("num_layers", in: Limit.layers),
      heads: try configuration.integer("num_heads", in: Limit.heads), hidden: hidden,
      intermediate: try configuration.integer("d_ff", in: Limit.intermediate),
      vocabulary: try configuration.integer("vocab_size", in: Limit.vocabulary),
      // Distances have no end; the memory has.
      positions: 32_768, headSize: try configuration.integer("d_kv", in: Limit.hidden))
    let buckets = DistanceBuckets(
      count: try configuration.optionalInteger("relative_attention_num_buckets", in: 4...65_536) ?? 32,
      largestDistance: try configuration.optionalInteger("relative_attention_max_distance", in: 2...1_048_576) ?? 128)
    guard buckets.largestDistance > buckets.count / 4 else {
      throw configuration.failure(
        "relative_attention_max_distance", "is \(buckets.largestDistance), no more than a quarter of the buckets")
    }
    let kind = try configuration.optionalString("feed_forward_proj") ?? defaultFeedForward
    let isGated = kind.hasPrefix("gated-")
    let name = kind == "gated-gelu" ? "gelu_new" : isGated ? String(kind.dropFirst(6)) : kind
    guard let activation = ActivationFunction(named: name) else {
      throw configuration.failure("feed_forward_proj", "is '\(kind)', which names no known activation function")
    }
    self.init(
      sizes: sizes, anchor: "block.0.layer.0.layer_norm.weight", prefixes: ["encoder."], norm: .rms,
      epsilon: try configuration.epsilon("layer_norm_epsilon", default: 1e-6), activation: activation,
      embeddings: EmbeddingParts(words: ["embed_tokens"], columns: hidden),
      layers: (0..<sizes.layers).map { index in
        let (attention, second) = ("block.\(index).layer.0", "block.\(index).layer.1")
        func linear(_ name: String) -> Linear { Linear(name, hasBias: false) }
        return LayerParts(
          projections: .separate(in: "\(attention).SelfAttention", "q", "k", "v", hasBias: false),
          output: linear("\(attention).SelfAttention.o"),
          norms: .init(input: "\(attention).layer_norm", feedForwardInput: "\(second).layer_norm"),
          feedForward: isGated
            ? .gated(
              gate: linear("\(second).DenseReluDense.wi_0"), up: linear("\(second).DenseReluDense.wi_1"),
              down: linear("\(second).DenseReluDense.wo"))
            : .plain(linear("\(second).DenseReluDense.wi"), linear("\(second).DenseReluDense.wo")),
          scale: 1,
          bias: .buckets(
            table: "block.\(sharesBias ? 0 : index).layer.0.SelfAttention.relative_attention_bias", buckets))
      }, finalNorm: "final_layer_norm")
    embeddings.wordsElsewhere = ["shared.weight", "lm_head.weight"]
  }
}
