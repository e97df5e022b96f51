import Activations
import KernelParameters

/// LLaMA (Touvron et al. 2023), after `LlamaModel` in Hugging Face's `models/llama/modeling_llama.py`: causal by nature.
enum Llama: LayeredFamily {
  static func blueprint(_ configuration: Configuration, _ parameters: Parameters) throws -> Blueprint {
    try Blueprint(llama: configuration, base: 10_000, blocks: { _ in OwnBlock(isCausal: true) })
  }
}

/// EuroBERT (Boizard et al. 2025), after `EuroBertModel` in `models/eurobert/modeling_eurobert.py`: LLaMA's layers, and every token sees
/// all others.
enum EuroBert: LayeredFamily {
  static func blueprint(_ configuration: Configuration, _ parameters: Parameters) throws -> Blueprint {
    var blueprint = try Blueprint(llama: configuration, base: 250_000, epsilon: 1e-5, blocks: { _ in OwnBlock() })
    blueprint.maskedLM = MaskedLMHead.Names(
      product: "lm_head.weight", bias: "lm_head.bias", hasBias: try configuration.optionalBool("mlp_bias") ?? false,
      isTied: false)
    return blueprint
  }
}

/// Qwen3 (Yang et al. 2025), after `Qwen3Model` in `models/qwen3/modeling_qwen3.py`: LLaMA's layers with norms of queries and keys, and
/// some that slide where the configuration says so.
enum Qwen3: LayeredFamily {
  static func blueprint(_ configuration: Configuration, _ parameters: Parameters) throws -> Blueprint {
    let count = try configuration.integer("num_hidden_layers", in: Configuration.Limit.layers)
    let slides = try configuration.optionalBool("use_sliding_window") ?? false
    let window = try configuration.optionalInteger("sliding_window", in: Configuration.Limit.positions) ?? 4096
    let first = try configuration.optionalInteger("max_window_layers", in: 0...1024) ?? 28
    let isSliding =
      configuration.value("layer_types") != nil
      ? try configuration.slidingLayers(count: count) : (0..<count).map { slides && $0 >= first }
    return try Blueprint(llama: configuration, base: 10_000, headSize: 128, normalizesHeads: true) {
      OwnBlock(isCausal: true, window: isSliding[$0] ? window : nil)
    }
  }
}

/// The text part of Gemma 3 (Gemma team 2025), after `Gemma3TextModel` in `models/gemma3/modeling_gemma3.py`: norms before and after
/// attention and feed-forward, of queries and of keys; sliding layers have a rotation of their own. Embedding models of it see all tokens.
enum Gemma3: LayeredFamily {
  static func blueprint(_ configuration: Configuration, _ parameters: Parameters) throws -> Blueprint {
    let outer = configuration
    let configuration = try outer.section("text_config") ?? outer
    let count = try configuration.integer("num_hidden_layers", in: Configuration.Limit.layers)
    let isBidirectional = try configuration.optionalBool("use_bidirectional_attention") ?? false
    var window = try configuration.optionalInteger("sliding_window", in: Configuration.Limit.positions) ?? 4096
    if isBidirectional { window = window / 2 + 1 }
    let every = try configuration.optionalInteger("sliding_window_pattern", in: 1...1024) ?? 6
    let isSliding =
      configuration.value("layer_types") != nil
      ? try configuration.slidingLayers(count: count) : (0..<count).map { ($0 + 1) % every != 0 }
    if configuration.value("attn_logit_softcapping") != nil {
      throw configuration.failure("attn_logit_softcapping", "is set; capped scores are not supported")
    }
    var blueprint = try Blueprint(
      llama: configuration, base: 1_000_000, epsilon: 1e-6, headSize: 256, defaultKeyValueHeads: 4,
      normalizesHeads: true, activation: ("hidden_activation", "gelu_pytorch_tanh"), rotationKind: "full_attention"
    ) { OwnBlock(isCausal: !isBidirectional, window: isSliding[$0] ? window : nil) }
    let scalar = try configuration.optionalNumber("query_pre_attn_scalar", in: 1e-6...1e9) ?? 256
    blueprint.norm = .rmsAroundOne
    blueprint.embeddings.scale = Float(blueprint.sizes.hidden).squareRoot()
    blueprint.rotations.append(
      try configuration.rotation(
        headSize: blueprint.sizes.headSize, base: 10_000, kind: "sliding_attention", baseKey: "rope_local_base_freq",
        scales: false))
    for index in blueprint.layers.indices {
      let layer = "layers.\(index)"
      blueprint.layers[index].norms = .init(
        input: "\(layer).input_layernorm", attentionOutput: "\(layer).post_attention_layernorm",
        feedForwardInput: "\(layer).pre_feedforward_layernorm",
        feedForwardOutput: "\(layer).post_feedforward_layernorm")
      blueprint.layers[index].headNorms?.kind = .rmsAroundOne
      blueprint.layers[index].rotation = isSliding[index] ? 1 : 0
      blueprint.layers[index].scale = Float(1 / scalar.squareRoot())
    }
    return blueprint
  }
}

extension Blueprint {
  /// LLaMA's layers: norms before, rotated queries and keys, heads that may share keys and values, a gated feed-forward.
  init(
    llama configuration: Configuration, base: Double, epsilon: Double = 1e-6, headSize: Int? = nil,
    defaultKeyValueHeads: Int? = nil, normalizesHeads: Bool = false,
    activation: (key: String, fallback: String) = ("hidden_act", "silu"), rotationKind: String? = nil,
    blocks: (Int) -> OwnBlock
  ) throws {
    typealias Limit = Configuration.Limit
    let hidden = try configuration.integer("hidden_size", in: Limit.hidden)
    let heads = try configuration.integer("num_attention_heads", in: Limit.heads)
    let fallback = headSize ?? hidden / heads
    guard let size = try configuration.optionalInteger("head_dim", in: Limit.hidden) ?? (fallback > 0 ? fallback : nil)
    else { throw configuration.failure("num_attention_heads", "is \(heads), more than the hidden size \(hidden)") }
    let shared =
      try configuration.optionalInteger("num_key_value_heads", in: Limit.heads) ?? defaultKeyValueHeads ?? heads
    guard heads % shared == 0 else {
      throw configuration.failure("num_key_value_heads", "is \(shared), which does not divide the \(heads) heads")
    }
    let sizes = Sizes(
      layers: try configuration.integer("num_hidden_layers", in: Limit.layers), heads: heads, hidden: hidden,
      intermediate: try configuration.integer("intermediate_size", in: Limit.intermediate),
      vocabulary: try configuration.integer("vocab_size", in: Limit.vocabulary),
      positions: try configuration.optionalInteger("max_position_embeddings", in: Limit.positions) ?? 2048,
      headSize: size, keyValueHeads: shared)
    let (attentionBias, innerBias) = (
      try configuration.optionalBool("attention_bias") ?? false, try configuration.optionalBool("mlp_bias") ?? false
    )
    self.init(
      sizes: sizes, anchor: "embed_tokens.weight", prefixes: ["model."], norm: .rms,
      epsilon: try configuration.epsilon("rms_norm_eps", default: epsilon),
      activation: try configuration.activation(activation.key, default: activation.fallback),
      embeddings: EmbeddingParts(words: ["embed_tokens"], columns: hidden),
      layers: (0..<sizes.layers).map { index in
        let layer = "layers.\(index)"
        func attention(_ name: String) -> Linear { Linear("\(layer).self_attn.\(name)", hasBias: attentionBias) }
        func inner(_ name: String) -> Linear { Linear("\(layer).mlp.\(name)", hasBias: innerBias) }
        return LayerParts(
          projections: .separate(query: attention("q_proj"), key: attention("k_proj"), value: attention("v_proj")),
          output: attention("o_proj"),
          headNorms: normalizesHeads
            ? .init(query: "\(layer).self_attn.q_norm", key: "\(layer).self_attn.k_norm", kind: .rms) : nil,
          norms: .init(
            input: "\(layer).input_layernorm", feedForwardInput: "\(layer).post_attention_layernorm"),
          feedForward: .gated(gate: inner("gate_proj"), up: inner("up_proj"), down: inner("down_proj")), rotation: 0,
          block: blocks(index), scale: 1 / Float(size).squareRoot())
      }, finalNorm: "norm",
      rotations: [try configuration.rotation(headSize: size, base: base, kind: rotationKind)])
  }
}

/// GPT-2 (Radford et al. 2019), after `GPT2Model` in `models/gpt2/modeling_gpt2.py`: causal by nature, norms before, and one transposed
/// matrix for queries, keys and values. Positions count from the first token, PAD included, as they do there where none are given.
enum GPT2: LayeredFamily {
  static func blueprint(_ configuration: Configuration, _ parameters: Parameters) throws -> Blueprint {
    typealias Limit = Configuration.Limit
    let hidden = try configuration.integer("n_embd", in: Limit.hidden)
    let sizes = Sizes(
      layers: try configuration.integer("n_layer", in: Limit.layers),
      heads: try configuration.heads("n_head", dividing: hidden), hidden: hidden,
      intermediate: try configuration.optionalInteger("n_inner", in: Limit.intermediate) ?? 4 * hidden,
      vocabulary: try configuration.integer("vocab_size", in: Limit.vocabulary),
      positions: try configuration.integer("n_positions", in: Limit.positions))
    let scales = try configuration.optionalBool("scale_attn_weights") ?? true
    let scalesByLayer = try configuration.optionalBool("scale_attn_by_inverse_layer_idx") ?? false
    return Blueprint(
      sizes: sizes, anchor: "wpe.weight", prefixes: ["transformer."],
      epsilon: try configuration.epsilon("layer_norm_epsilon", default: 1e-5),
      activation: try configuration.activation("activation_function", default: "gelu_new"),
      embeddings: EmbeddingParts(
        words: ["wte"], columns: hidden,
        positions: .learned(TableParts(name: "wpe", rows: sizes.positions), from: .first(0))),
      layers: (0..<sizes.layers).map { index in
        let layer = "h.\(index)"
        func linear(_ name: String) -> Linear { Linear("\(layer).\(name)", isTransposed: true) }
        return LayerParts(
          projections: .fused(linear("attn.c_attn")), output: linear("attn.c_proj"),
          norms: .init(input: "\(layer).ln_1", feedForwardInput: "\(layer).ln_2"),
          feedForward: .plain(linear("mlp.c_fc"), linear("mlp.c_proj")), block: OwnBlock(isCausal: true),
          scale: (scales ? 1 / Float(sizes.headSize).squareRoot() : 1) / (scalesByLayer ? Float(index + 1) : 1))
      }, finalNorm: "ln_f")
  }
}
