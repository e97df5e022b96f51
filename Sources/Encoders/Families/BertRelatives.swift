import Activations
import Compute
import KernelParameters

/// ERNIE (Sun et al. 2019), after `ErnieModel` in Hugging Face's `models/ernie/modeling_ernie.py`: BERT, with a type of task at every
/// position, here always the first.
enum Ernie: LayeredFamily {
  static func blueprint(_ configuration: Configuration, _ parameters: Parameters) throws -> Blueprint {
    var blueprint = try Blueprint(bert: configuration, prefixes: ["ernie."])
    if try configuration.optionalBool("use_task_id") ?? false {
      let rows = try configuration.optionalInteger("task_type_vocab_size", in: Configuration.Limit.tokenTypes) ?? 3
      blueprint.embeddings.constants = [(TableParts(name: "embeddings.task_type_embeddings", rows: rows), 1)]
    }
    blueprint.maskedLM = .bert
    return blueprint
  }
}

/// LayoutLM (Xu et al. 2020), after `LayoutLMModel` in `models/layoutlm/modeling_layoutlm.py`: BERT, with the box of every token on its
/// page; a text has no page, and all its boxes are 0.
enum LayoutLM: LayeredFamily {
  static func blueprint(_ configuration: Configuration, _ parameters: Parameters) throws -> Blueprint {
    var blueprint = try Blueprint(bert: configuration, prefixes: ["layoutlm."])
    let rows =
      try configuration.optionalInteger("max_2d_position_embeddings", in: Configuration.Limit.positions) ?? 1024
    blueprint.embeddings.constants = [("x", 2), ("y", 2), ("h", 1), ("w", 1)].map {
      (TableParts(name: "embeddings.\($0)_position_embeddings", rows: rows), $1)
    }
    blueprint.maskedLM = .bert
    return blueprint
  }
}

/// RemBERT (Chung et al. 2021), after `RemBertModel` in `models/rembert/modeling_rembert.py`: BERT with smaller embeddings, projected.
enum RemBert: LayeredFamily {
  static func blueprint(_ configuration: Configuration, _ parameters: Parameters) throws -> Blueprint {
    var blueprint = try Blueprint(bert: configuration, prefixes: ["rembert."])
    blueprint.embeddings.columns =
      try configuration.optionalInteger("input_embedding_size", in: Configuration.Limit.hidden) ?? 256
    blueprint.embeddings.projection = Linear("encoder.embedding_hidden_mapping_in")
    var names = MaskedLMHead.Names(
      dense: "cls.predictions.dense", norm: "cls.predictions.LayerNorm", decoder: "cls.predictions.decoder.weight",
      bias: nil, decoderBias: "cls.predictions.decoder.bias")
    names.columns =
      try configuration.optionalInteger("output_embedding_size", in: Configuration.Limit.hidden) ?? 1664
    names.isTied = nil
    blueprint.maskedLM = names
    return blueprint
  }
}

/// RoFormer (Su et al. 2021), after `RoFormerModel` in `models/roformer/modeling_roformer.py`: BERT without learned positions, whose
/// queries and keys are rotated, neighbouring numbers together.
enum RoFormer: LayeredFamily {
  static func blueprint(_ configuration: Configuration, _ parameters: Parameters) throws -> Blueprint {
    var blueprint = try Blueprint(bert: configuration, prefixes: ["roformer."])
    let (hidden, headSize) = (blueprint.sizes.hidden, blueprint.sizes.headSize)
    let columns = try configuration.optionalInteger("embedding_size", in: Configuration.Limit.hidden) ?? hidden
    blueprint.embeddings.columns = columns
    blueprint.embeddings.positions = .none
    if columns != hidden { blueprint.embeddings.projection = Linear("embeddings_project") }
    blueprint.rotations = [
      .fixed(
        try stored(parameters, positions: blueprint.sizes.positions, headSize: headSize)
          ?? RotaryPositions(neighboursOf: headSize, base: 10_000))
    ]
    let rotatesValues = try configuration.optionalBool("rotary_value") ?? false
    for index in blueprint.layers.indices {
      blueprint.layers[index].rotation = 0
      blueprint.layers[index].rotatesValues = rotatesValues
    }
    blueprint.maskedLM = .bert
    return blueprint
  }
}

extension RoFormer {
  /// Where sines and cosines are stored they count as they are, in half precision, say.
  private static func stored(_ parameters: Parameters, positions: Int, headSize: Int) throws -> RotaryPositions? {
    guard let name = parameters.source.names.first(where: { $0.hasSuffix("encoder.embed_positions.weight") }),
      let table = parameters.parameter(named: name), table.shape == [positions, headSize], table.type.isWeight
    else { return nil }
    return RotaryPositions(neighboursOf: headSize, sinesAndCosines: try table.values())
  }
}

/// Megatron-BERT (Shoeybi et al. 2019), after `MegatronBertModel` in `models/megatron_bert/modeling_megatron_bert.py`: BERT with norms
/// before attention and feed-forward.
enum MegatronBert: LayeredFamily {
  static func blueprint(_ configuration: Configuration, _ parameters: Parameters) throws -> Blueprint {
    var blueprint = try Blueprint(bert: configuration, prefixes: ["bert."])
    blueprint.embeddings.norm = nil
    blueprint.setNorms(finally: "encoder.ln") { .init(input: "\($0).attention.ln", feedForwardInput: "\($0).ln") }
    blueprint.maskedLM = .bert
    return blueprint
  }
}

/// RoBERTa-PreLayerNorm (Ott et al. 2019), after `RobertaPreLayerNormModel` in
/// `models/roberta_prelayernorm/modeling_roberta_prelayernorm.py`: RoBERTa with norms before.
enum RobertaPreLayerNorm: LayeredFamily {
  static func blueprint(_ configuration: Configuration, _ parameters: Parameters) throws -> Blueprint {
    var blueprint = try Blueprint(bert: configuration, prefixes: ["roberta_prelayernorm."], positionsAfterPad: true)
    blueprint.setNorms(finally: "LayerNorm") {
      .init(input: "\($0).attention.LayerNorm", feedForwardInput: "\($0).intermediate.LayerNorm")
    }
    blueprint.maskedLM = .roberta
    blueprint.maskedLMActivation = .gelu
    return blueprint
  }
}

/// XLM-RoBERTa-XL (Goyal et al. 2021), after `XLMRobertaXLModel` in `models/xlm_roberta_xl/modeling_xlm_roberta_xl.py`: RoBERTa with norms
/// before, and none of the embeddings.
enum XLMRobertaXL: LayeredFamily {
  static func blueprint(_ configuration: Configuration, _ parameters: Parameters) throws -> Blueprint {
    var blueprint = try Blueprint(bert: configuration, prefixes: ["roberta."], positionsAfterPad: true, epsilon: 1e-5)
    blueprint.embeddings.norm = nil
    blueprint.setNorms(finally: "encoder.LayerNorm") {
      .init(input: "\($0).attention.self_attn_layer_norm", feedForwardInput: "\($0).LayerNorm")
    }
    blueprint.maskedLM = .roberta
    blueprint.maskedLMActivation = .gelu
    return blueprint
  }
}

/// ESM-2 (Lin et al. 2022) and ESM-1b, after `EsmModel` in `models/esm/modeling_esm.py`: a token is an amino acid. Norms before, scaled
/// queries that are rotated, and embeddings that are scaled by how many tokens are masked.
enum Esm: LayeredFamily {
  static func blueprint(_ configuration: Configuration, _ parameters: Parameters) throws -> Blueprint {
    let isRotary = try configuration.optionalString("position_embedding_type") == "rotary"
    var blueprint = try Blueprint(
      bert: configuration, prefixes: ["esm."], hasTokenTypes: false, positionsAfterPad: true, epsilon: 1e-12)
    let sizes = blueprint.sizes
    blueprint.activation = .gelu
    blueprint.embeddings.norm =
      try configuration.optionalBool("emb_layer_norm_before") == true ? "embeddings.layer_norm" : nil
    blueprint.embeddings.clearsPad = true
    if try configuration.optionalBool("token_dropout") ?? false {
      blueprint.embeddings.maskTokenID = try configuration.integer("mask_token_id", in: 0...sizes.vocabulary - 1)
    }
    blueprint.setNorms(finally: "encoder.emb_layer_norm_after") {
      .init(input: "\($0).attention.LayerNorm", feedForwardInput: "\($0).LayerNorm")
    }
    if isRotary {
      blueprint.embeddings.positions = .none
      blueprint.sizes.positions = try configuration.integer(
        "max_position_embeddings", in: Configuration.Limit.positions)
      blueprint.rotations = [try configuration.rotation(headSize: sizes.headSize, base: 10_000)]
    }
    for index in blueprint.layers.indices {
      blueprint.layers[index].scalesQueries = true
      blueprint.layers[index].rotation = isRotary ? 0 : nil
    }
    // The matrix has no bias of its own.
    var names = MaskedLMHead.Names.roberta
    (names.bias, names.decoderBias) = (nil, "lm_head.bias")
    blueprint.maskedLM = names
    blueprint.maskedLMActivation = .gelu
    return blueprint
  }
}

extension Blueprint {
  /// BERT, for those that differ in some parts.
  fileprivate init(
    bert configuration: Configuration, prefixes: [String], hasTokenTypes: Bool = true, positionsAfterPad: Bool = false,
    epsilon: Double = 1e-12
  ) throws {
    var sizes = try Sizes(bertLike: configuration, hasTokenTypes: hasTokenTypes)
    let rows = sizes.positions
    var start = EmbeddingParts.Start.first(0)
    if positionsAfterPad {
      let pad = try configuration.optionalInteger("pad_token_id", in: 0...sizes.vocabulary - 1) ?? 1
      sizes.positions = try configuration.positionsAfter(pad, of: rows)
      start = .afterPad(pad)
    }
    self.init(
      sizes: sizes, anchor: "embeddings.word_embeddings.weight", prefixes: prefixes,
      epsilon: try configuration.epsilon(default: epsilon),
      activation: try configuration.activation("hidden_act", default: "gelu"),
      embeddings: EmbeddingParts(
        words: ["embeddings.word_embeddings"], columns: sizes.hidden,
        positions: .learned(TableParts(name: "embeddings.position_embeddings", rows: rows), from: start),
        tokenTypes: hasTokenTypes
          ? TableParts(name: "embeddings.token_type_embeddings", rows: sizes.tokenTypes) : nil,
        norm: "embeddings.LayerNorm"),
      layers: (0..<sizes.layers).map { index in
        let names = PostNormNames(bertLike: "encoder.layer.\(index)")
        return LayerParts(
          projections: .separate(
            query: Linear(names.query), key: Linear(names.key), value: Linear(names.value)),
          output: Linear(names.attentionOutput),
          norms: .init(afterAttention: names.attentionNorm, output: names.outputNorm),
          feedForward: .plain(Linear(names.intermediate), Linear(names.output)),
          scale: 1 / Float(sizes.headSize).squareRoot())
      })
  }

  /// Other norms: those of each layer, whose name is given, and the last one.
  fileprivate mutating func setNorms(finally last: String, _ norms: (_ layer: String) -> LayerParts.Norms) {
    for index in layers.indices { layers[index].norms = norms("encoder.layer.\(index)") }
    finalNorm = last
  }
}
