import Activations
import KernelParameters

/// Nomic BERT (Nussbaum et al. 2024), after `NomicBertModel` in Hugging Face's `models/nomic_bert/modeling_nomic_bert.py`; and in the
/// layout of its authors (`Wqkv`, `fc11`), whose configuration has GPT-2's names.
enum NomicBert: LayeredFamily {
  static func blueprint(_ configuration: Configuration, _ parameters: Parameters) throws -> Blueprint {
    let isAuthors = configuration.value("n_embd") != nil
    let sizes = try isAuthors ? Sizes(nomic: configuration) : Sizes(bertLike: configuration, optionalHeadSize: true)
    if isAuthors { try configuration.refuseUnknownNomic() }
    let layout = parameters.hasName(endingIn: "attn.Wqkv.weight") ? RotaryLayout.attn : .transformers
    let qkvBias = try configuration.optionalBool("qkv_proj_bias") ?? false
    let (firstBias, secondBias) = (
      try configuration.optionalBool("mlp_fc1_bias") ?? false, try configuration.optionalBool("mlp_fc2_bias") ?? false
    )
    var activation = try configuration.activation("hidden_act", default: "silu")
    if isAuthors {
      let known: [String: ActivationFunction] = ["swiglu": .silu, "geglu": .gelu, "glu": .sigmoid]
      let name = try configuration.optionalString("activation_function") ?? "swiglu"
      guard let function = known[name] else {
        throw configuration.failure("activation_function", "is '\(name)'; known are geglu, glu and swiglu")
      }
      activation = function
    }
    return try Blueprint(
      rotary: configuration, sizes, layout, prefixes: ["nomic_bert.", "bert."], activation: activation,
      epsilon: configuration.epsilon(isAuthors ? "layer_norm_epsilon" : "layer_norm_eps", default: 1e-12),
      rotation: configuration.nomicRotation(headSize: sizes.headSize)
        ?? configuration.rotation(
          headSize: sizes.headSize, base: 1000, baseKey: isAuthors ? "rotary_emb_base" : "rope_theta"),
      hasBias: qkvBias, maskedLM: .nomic, maskedLMActivation: nil
    ) { names in
      names.isTransformers
        ? .gated(
          gate: Linear("\(names.layer).mlp.gate_proj", hasBias: firstBias),
          up: Linear("\(names.layer).mlp.up_proj", hasBias: firstBias),
          down: Linear("\(names.layer).mlp.down_proj", hasBias: secondBias))
        : .gated(
          gate: Linear("\(names.layer).mlp.fc12", hasBias: firstBias),
          up: Linear("\(names.layer).mlp.fc11", hasBias: firstBias),
          down: Linear("\(names.layer).mlp.fc2", hasBias: secondBias))
    }
  }
}

/// GTE (Zhang et al. 2024), after `GteModel` in Hugging Face's `models/gte/modeling_gte.py`; and in the layout of its authors, whose
/// `model_type` and prefix is `new`.
enum Gte: LayeredFamily {
  static func blueprint(_ configuration: Configuration, _ parameters: Parameters) throws -> Blueprint {
    let sizes = try Sizes(bertLike: configuration, optionalHeadSize: true)
    if let kind = try configuration.optionalString("position_embedding_type"), kind != "rope" {
      throw configuration.failure("position_embedding_type", "is '\(kind)'; only 'rope' is supported")
    }
    if let kind = try configuration.optionalString("layer_norm_type"), kind != "layer_norm" {
      throw configuration.failure("layer_norm_type", "is '\(kind)'; only 'layer_norm' is supported")
    }
    if try configuration.optionalBool("logn_attention_scale") == true {
      throw configuration.failure("logn_attention_scale", "is true; scores that grow with the text are not supported")
    }
    let layout: RotaryLayout = parameters.hasName(endingIn: "attn_ln.weight") ? .gte : .transformers
    let isNew = try configuration.optionalString("model_type") == "new"
    return try Blueprint(
      rotary: configuration, sizes, layout, prefixes: ["gte.", "new."],
      activation: configuration.activation("hidden_act", default: "gelu"),
      epsilon: configuration.epsilon(default: 1e-12),
      rotation: configuration.rotation(headSize: sizes.headSize, base: isNew ? 10_000 : 160_000), hasBias: true,
      maskedLM: .gte(isAuthors: parameters.has("lm_head.norm.weight"))
    ) { names in
      names.isTransformers
        ? .gated(
          gate: Linear("\(names.layer).mlp.gate_proj", hasBias: false),
          up: Linear("\(names.layer).mlp.up_proj", hasBias: false), down: Linear("\(names.layer).mlp.down_proj"))
        : .fused(
          Linear("\(names.layer).mlp.up_gate_proj", hasBias: false), gateIsFirst: false,
          down: Linear("\(names.layer).mlp.down_proj"))
    }
  }
}

/// jina-embeddings-v3 (Sturua et al. 2024), after `JinaEmbeddingsV3Model` in Hugging Face's
/// `models/jina_embeddings_v3/modeling_jina_embeddings_v3.py`; and in the layout of its authors (`mixer`), whose `model_type` is
/// XLM-RoBERTa's. Adapters for tasks are left out, as they are there where no task is named.
enum JinaEmbeddingsV3: LayeredFamily {
  static func blueprint(_ configuration: Configuration, _ parameters: Parameters) throws -> Blueprint {
    let sizes = try Sizes(bertLike: configuration, optionalHeadSize: true)
    let layout: RotaryLayout = parameters.hasName(endingIn: "emb_ln.weight") ? .mixer : .transformers
    let isAuthors = try configuration.optionalString("model_type") == "xlm-roberta"
    return try Blueprint(
      rotary: configuration, sizes, layout, prefixes: ["roberta."],
      activation: configuration.activation("hidden_act", default: "gelu"),
      epsilon: configuration.epsilon(default: 1e-5),
      rotation: configuration.rotation(
        headSize: sizes.headSize, base: isAuthors ? 10_000 : 20_000,
        baseKey: isAuthors ? "rotary_emb_base" : "rope_theta"), hasBias: true, maskedLM: .roberta
    ) { .plain(Linear("\($0.layer).mlp.fc1"), Linear("\($0.layer).mlp.fc2")) }
  }
}

// MARK: - What the three share

/// How a layer's parameters are called.
private enum RotaryLayout {
  case transformers
  /// Of Nomic BERT's authors, of GTE's, and of jina-embeddings-v3's.
  case attn, gte, mixer

  struct Names {
    let layer: String
    let isTransformers: Bool
    let projections: (_ hasBias: Bool) -> LayerParts.Projections
    let output, attentionNorm, outputNorm: String
  }

  var isTransformers: Bool { if case .transformers = self { true } else { false } }
  var embeddingNorm: String {
    switch self {
    case .transformers, .gte: "embeddings.LayerNorm"
    case .attn, .mixer: "emb_ln"
    }
  }

  func names(_ index: Int) -> Names {
    func names(_ layer: String, fused: String, output: String, _ norms: (String, String)) -> Names {
      Names(
        layer: layer, isTransformers: false, projections: { .fused(Linear("\(layer).\(fused)", hasBias: $0)) },
        output: "\(layer).\(output)", attentionNorm: "\(layer).\(norms.0)", outputNorm: "\(layer).\(norms.1)")
    }
    switch self {
    case .transformers:
      let layer = "layers.\(index)"
      return Names(
        layer: layer, isTransformers: true,
        projections: {
          .separate(in: "\(layer).self_attn", "q_proj", "k_proj", "v_proj", hasBias: $0)
        }, output: "\(layer).self_attn.o_proj", attentionNorm: "\(layer).post_attention_layernorm",
        outputNorm: "\(layer).post_mlp_layernorm")
    case .attn:
      return names(
        "encoder.layers.\(index)", fused: "attn.Wqkv", output: "attn.out_proj", ("norm1", "norm2"))
    case .gte:
      return names(
        "encoder.layer.\(index)", fused: "attention.qkv_proj", output: "attention.o_proj", ("attn_ln", "mlp_ln"))
    case .mixer:
      return names(
        "encoder.layers.\(index)", fused: "mixer.Wqkv", output: "mixer.out_proj", ("norm1", "norm2"))
    }
  }
}

extension Blueprint {
  /// Post-norm layers with rotated queries and keys over embeddings without positions.
  fileprivate init(
    rotary configuration: Configuration, _ sizes: Sizes, _ layout: RotaryLayout, prefixes: [String],
    activation: ActivationFunction, epsilon: Float, rotation: Rotation, hasBias: Bool,
    maskedLM: MaskedLMHead.Names, maskedLMActivation: ActivationFunction? = .gelu,
    feedForward: (RotaryLayout.Names) -> FeedForwardParts
  ) throws {
    let types = try configuration.optionalInteger("type_vocab_size", in: 0...Configuration.Limit.tokenTypes.upperBound)
    self.init(
      sizes: sizes, anchor: "\(layout.embeddingNorm).weight", prefixes: prefixes, epsilon: epsilon,
      activation: activation,
      embeddings: EmbeddingParts(
        words: ["embeddings.word_embeddings"], columns: sizes.hidden,
        tokenTypes: types == 0 ? nil : TableParts(name: "embeddings.token_type_embeddings", rows: sizes.tokenTypes),
        norm: layout.embeddingNorm),
      layers: (0..<sizes.layers).map { index in
        let names = layout.names(index)
        return LayerParts(
          projections: names.projections(hasBias), output: Linear(names.output, hasBias: hasBias),
          norms: .init(afterAttention: names.attentionNorm, output: names.outputNorm),
          feedForward: feedForward(names), rotation: 0, scale: 1 / Float(sizes.headSize).squareRoot())
      }, rotations: [rotation], maskedLM: maskedLM, maskedLMActivation: maskedLMActivation)
  }
}

extension MaskedLMHead.Names {
  /// `NomicBertOnlyMLMHead`'s
  fileprivate static let nomic = MaskedLMHead.Names(
    dense: "cls.predictions.transform.dense", norm: "cls.predictions.transform.layer_norm",
    decoder: "cls.predictions.decoder.weight", bias: "cls.predictions.bias",
    decoderBias: "cls.predictions.decoder.bias")

  /// `GteLMHead`'s
  fileprivate static func gte(isAuthors: Bool) -> MaskedLMHead.Names {
    MaskedLMHead.Names(
      dense: "lm_head.dense", norm: isAuthors ? "lm_head.norm" : "lm_head.layer_norm",
      decoder: "lm_head.decoder.weight",
      bias: nil, decoderBias: "lm_head.decoder.bias")
  }
}

extension Sizes {
  /// BERT's names of the sizes; a head may have a size of its own, and where there is only one type of tokens, there may be no table of
  /// them.
  fileprivate init(bertLike configuration: Configuration, optionalHeadSize: Bool) throws {
    typealias Limit = Configuration.Limit
    let types = try configuration.optionalInteger("type_vocab_size", in: 0...Limit.tokenTypes.upperBound)
    self = try Sizes(bertLike: configuration, hasTokenTypes: false)
    let fallback = try configuration.optionalString("model_type") == "nomic_bert" ? 2 : 1
    tokenTypes = max(types ?? fallback, 1)
    headSize = try configuration.optionalInteger("head_dim", in: Limit.hidden) ?? headSize
  }

  /// The names of Nomic BERT's authors.
  fileprivate init(nomic configuration: Configuration) throws {
    typealias Limit = Configuration.Limit
    let hidden = try configuration.integer("n_embd", in: Limit.hidden)
    self.init(
      layers: try configuration.integer("n_layer", in: Limit.layers),
      heads: try configuration.heads("n_head", dividing: hidden), hidden: hidden,
      intermediate: try configuration.optionalInteger("n_inner", in: Limit.intermediate) ?? 4 * hidden,
      vocabulary: try configuration.integer("vocab_size", in: Limit.vocabulary),
      positions: try configuration.integer("n_positions", in: Limit.positions),
      tokenTypes: max(1, try configuration.optionalInteger("type_vocab_size", in: 0...65_536) ?? 2))
  }
}

extension Configuration {
  /// What the authors' implementation can do beside what their published models do.
  fileprivate func refuseUnknownNomic() throws {
    if try optionalBool("prenorm") == true { throw failure("prenorm", "is true; only post-norm layers are supported") }
    if try optionalBool("use_rms_norm") == true { throw failure("use_rms_norm", "is true; that is not supported") }
    if try optionalInteger("moe_every_n_layers", in: 0...1024) ?? 0 > 0 {
      throw failure("moe_every_n_layers", "asks for a mixture of experts, which is not supported")
    }
    if try optionalBool("rotary_emb_interleaved") == true {
      throw failure("rotary_emb_interleaved", "is true; that is not supported")
    }
    if try optionalNumber("rotary_emb_fraction", in: 0...1) ?? 1 != 1 {
      throw failure("rotary_emb_fraction", "asks for heads that are rotated in part; that is not supported")
    }
  }

  /// The authors' rotation that is scaled for texts that are longer than those of training; nil where it is not scaled.
  fileprivate func nomicRotation(headSize: Int) throws -> Rotation? {
    guard let factor = try optionalNumber("rotary_scaling_factor", in: 1...1e6) else { return nil }
    return .dynamic(
      base: try optionalNumber("rotary_emb_base", in: 1...1e12) ?? 10_000, headSize: headSize, factor: factor,
      limit: try optionalInteger("max_trained_positions", in: Limit.positions) ?? 2048)
  }
}
