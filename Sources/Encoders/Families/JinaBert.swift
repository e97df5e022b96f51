import Activations
import KernelParameters

/// Jina BERT v2 (Günther et al. 2023), whose definition is its authors' `modeling_bert.py` (jina-bert-implementation, and
/// jina-bert-v2-qk-post-norm): BERT with ALiBi on both sides instead of positions, and a gated feed-forward. Its `model_type` is BERT's.
enum JinaBert: LayeredFamily {
  static func blueprint(_ configuration: Configuration, _ parameters: Parameters) throws -> Blueprint {
    let sizes = try Sizes(bertLike: configuration)
    let kind = try configuration.optionalString("feed_forward_type") ?? "original"
    let activations: [String: ActivationFunction] = ["geglu": .gelu, "reglu": .relu]
    let isGated = kind != "original"
    guard let activation = isGated ? activations[kind] : try configuration.activation("hidden_act", default: "gelu")
    else {
      throw configuration.failure("feed_forward_type", "is '\(kind)'; known are geglu, original and reglu")
    }
    let normalizesHeads = parameters.hasName(endingIn: "attention.self.layer_norm_q.weight")
    return Blueprint(
      sizes: sizes, anchor: "embeddings.word_embeddings.weight", prefixes: ["bert."],
      epsilon: try configuration.epsilon(default: 1e-12), activation: activation,
      embeddings: EmbeddingParts(
        words: ["embeddings.word_embeddings"], columns: sizes.hidden,
        tokenTypes: TableParts(name: "embeddings.token_type_embeddings", rows: sizes.tokenTypes),
        norm: "embeddings.LayerNorm"),
      layers: (0..<sizes.layers).map { index in
        let layer = "encoder.layer.\(index)"
        let attention = "\(layer).attention"
        return LayerParts(
          projections: .separate(in: "\(attention).self", "query", "key", "value"),
          output: Linear("\(attention).output.dense"),
          headNorms: normalizesHeads
            ? .init(
              query: "\(attention).self.layer_norm_q", key: "\(attention).self.layer_norm_k", spansHeads: true,
              kind: .layerNorm()) : nil,
          norms: normalizesHeads
            ? .init(
              attentionOutput: "\(attention).output.LayerNorm", attentionOutputAddsInput: true,
              afterAttention: "\(layer).layer_norm_1", output: "\(layer).layer_norm_2")
            : .init(
              afterAttention: "\(attention).output.LayerNorm",
              output: isGated ? "\(layer).mlp.layernorm" : "\(layer).output.LayerNorm"),
          feedForward: feedForward(layer, isGated: isGated, isLater: normalizesHeads),
          scale: 1 / Float(sizes.headSize).squareRoot(), bias: .slopes)
      }, maskedLM: .bert)
  }

  private static func feedForward(_ layer: String, isGated: Bool, isLater: Bool) -> FeedForwardParts {
    switch (isGated, isLater) {
    case (true, false):
      .fused(
        Linear("\(layer).mlp.gated_layers", hasBias: false), gateIsFirst: true, down: Linear("\(layer).mlp.wo"))
    case (true, true):
      .fused(
        Linear("\(layer).mlp.up_gated_layer", hasBias: false), gateIsFirst: false,
        down: Linear("\(layer).mlp.down_layer"))
    case (false, true):
      .plain(Linear("\(layer).mlp.up_layer", hasBias: false), Linear("\(layer).mlp.down_layer"))
    case (false, false): .plain(Linear("\(layer).intermediate.dense"), Linear("\(layer).output.dense"))
    }
  }
}
