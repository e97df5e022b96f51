import Activations
import KernelParameters

/// The text part of CLIP (Radford et al. 2021), after `CLIPTextModel` in Hugging Face's `models/clip/modeling_clip.py`: causal by nature.
/// The hidden states are those before its last norm, as they are there.
enum ClipText: LayeredFamily {
  static func blueprint(_ configuration: Configuration, _ parameters: Parameters) throws -> Blueprint {
    try Blueprint(
      tower: configuration, isCausal: true, epsilon: 1e-5, activation: "quick_gelu",
      usual: Sizes(
        layers: 12, heads: 8, hidden: 512, intermediate: 2048, vocabulary: 49_408, positions: 77))
  }
}

/// The text part of SigLIP (Zhai et al. 2023), after `SiglipTextModel` in `models/siglip/modeling_siglip.py`: every token sees all others.
enum SiglipText: LayeredFamily {
  static func blueprint(_ configuration: Configuration, _ parameters: Parameters) throws -> Blueprint {
    try Blueprint(
      tower: configuration, isCausal: false, epsilon: 1e-6, activation: "gelu_pytorch_tanh",
      usual: Sizes(layers: 12, heads: 12, hidden: 768, intermediate: 3072, vocabulary: 32_000, positions: 64))
  }
}

extension Blueprint {
  /// `usual` are sizes that configurations leave out.
  fileprivate init(
    tower outer: Configuration, isCausal: Bool, epsilon: Double, activation: String, usual: Sizes
  ) throws {
    typealias Limit = Configuration.Limit
    let configuration = try outer.section("text_config") ?? outer
    func size(_ key: String, _ range: ClosedRange<Int>, _ usual: Int) throws -> Int {
      try configuration.optionalInteger(key, in: range) ?? usual
    }
    let hidden = try size("hidden_size", Limit.hidden, usual.hidden)
    let heads = try size("num_attention_heads", Limit.heads, usual.heads)
    guard hidden % heads == 0 else {
      throw configuration.failure("num_attention_heads", "is \(heads), which does not divide the hidden size \(hidden)")
    }
    let sizes = Sizes(
      layers: try size("num_hidden_layers", Limit.layers, usual.layers), heads: heads, hidden: hidden,
      intermediate: try size("intermediate_size", Limit.intermediate, usual.intermediate),
      vocabulary: try size("vocab_size", Limit.vocabulary, usual.vocabulary),
      positions: try size("max_position_embeddings", Limit.positions, usual.positions))
    self.init(
      sizes: sizes, anchor: "embeddings.token_embedding.weight", prefixes: ["text_model."],
      epsilon: try configuration.epsilon(default: epsilon),
      activation: try configuration.activation("hidden_act", default: activation),
      embeddings: EmbeddingParts(
        words: ["embeddings.token_embedding"], columns: hidden,
        positions: .learned(
          TableParts(name: "embeddings.position_embedding", rows: sizes.positions), from: .first(0))),
      layers: (0..<sizes.layers).map { index in
        let layer = "encoder.layers.\(index)"
        return LayerParts(
          projections: .separate(in: "\(layer).self_attn", "q_proj", "k_proj", "v_proj"),
          output: Linear("\(layer).self_attn.out_proj"),
          norms: .init(input: "\(layer).layer_norm1", feedForwardInput: "\(layer).layer_norm2"),
          feedForward: .plain(Linear("\(layer).mlp.fc1"), Linear("\(layer).mlp.fc2")),
          block: OwnBlock(isCausal: isCausal), scale: 1 / Float(sizes.headSize).squareRoot())
      })
  }
}
