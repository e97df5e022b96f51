import Encoders
import KernelParameters

extension Architecture {
  /// What `configuration` describes.
  ///
  /// - Throws: an `EncoderError` where something is missing or out of its range, or where the family cannot be trained.
  package init(_ configuration: Configuration) throws {
    let (modelType, classPrefix) = try configuration.familyName()
    switch modelType {
    case "bert": try self.init(bert: configuration)
    case "roberta", "camembert", "xlm-roberta": try self.init(roberta: configuration)
    case "electra": try self.init(electra: configuration)
    case "albert": try self.init(albert: configuration)
    case "distilbert": try self.init(distilBert: configuration)
    case "mpnet": try self.init(mpnet: configuration)
    case "deberta-v2": try self.init(deberta: configuration)
    case "modernbert": try self.init(modernBert: configuration)
    default:
      throw configuration.failure(
        "model_type", "is '\(modelType)', which Headscope cannot train: it has no backward pass")
    }
    self.classPrefix = classPrefix
    self.initializerRange = try configuration.optionalNumber("initializer_range", in: 0...10) ?? 0.02
  }

  /// A network whose layers are like BERT's; what is the same in most families is filled in.
  private init(
    _ sizes: Sizes, prefix: String, layerNames: (Int) -> PostNormNames, layers: Int, order: [Int],
    activation: ActivationFunction, epsilon: Float, embeddings: EmbeddingsPlan, classification: ClassificationPlan,
    maskedLM: MaskedLMPlan?
  ) {
    basePrefix = prefix
    classPrefix = ""
    (hidden, heads, intermediate) = (sizes.hidden, sizes.heads, sizes.intermediate)
    (vocabulary, positions) = (sizes.vocabulary, sizes.positions)
    self.embeddings = embeddings
    self.layers = (0..<layers).map { index in
      let names = layerNames(index)
      func dense(_ names: String..., inputs: Int, outputs: Int) -> DensePlan {
        var plan = DensePlan(inputs: inputs, outputs: outputs)
        plan.names = names.map { prefix + $0 }
        return plan
      }
      return LayerPlan(
        queryKeyValue: dense(names.query, names.key, names.value, inputs: sizes.hidden, outputs: sizes.hidden),
        attentionOutput: dense(names.attentionOutput, inputs: sizes.hidden, outputs: sizes.hidden),
        attentionNorm: NormPlan(name: prefix + names.attentionNorm),
        intermediate: dense(names.intermediate, inputs: sizes.hidden, outputs: sizes.intermediate),
        output: dense(names.output, inputs: sizes.intermediate, outputs: sizes.hidden),
        outputNorm: NormPlan(name: prefix + names.outputNorm))
    }
    self.order = order
    self.activation = activation
    self.epsilon = epsilon
    scoreScale = 1 / Double(sizes.hidden / sizes.heads).squareRoot()
    self.classification = classification
    self.maskedLM = maskedLM
    initializerRange = 0.02
  }

  // MARK: - BERT and its nearest relatives

  private init(bert configuration: Configuration) throws {
    let sizes = try Sizes(bertLike: configuration)
    let activation = try configuration.activation("hidden_act", default: "gelu")
    self.init(
      sizes, prefix: "bert.", layerNames: { PostNormNames(bertLike: "encoder.layer.\($0)") }, layers: sizes.layers,
      order: Array(0..<sizes.layers), activation: activation, epsilon: try configuration.epsilon(default: 1e-12),
      embeddings: EmbeddingsPlan(bertLike: "bert.", sizes, positionRows: sizes.positions, size: sizes.hidden),
      classification: .pooler("bert.pooler.dense", hidden: sizes.hidden),
      maskedLM: try MaskedLMPlan(configuration, .bert, hidden: sizes.hidden, size: sizes.hidden, activation))
  }

  private init(roberta configuration: Configuration) throws {
    let sizes = try Sizes(bertLike: configuration)
    let padID = try configuration.optionalInteger("pad_token_id", in: 0...sizes.vocabulary - 1) ?? 1
    var embeddings = EmbeddingsPlan(
      bertLike: "roberta.", sizes, positionRows: sizes.positions, size: sizes.hidden)
    embeddings.positionsAfterPad = padID
    self.init(
      sizes, prefix: "roberta.", layerNames: { PostNormNames(bertLike: "encoder.layer.\($0)") }, layers: sizes.layers,
      order: Array(0..<sizes.layers), activation: try configuration.activation("hidden_act", default: "gelu"),
      epsilon: try configuration.epsilon(default: 1e-12), embeddings: embeddings,
      classification: .denseAndProjection(hidden: sizes.hidden, .tanh),
      maskedLM: try MaskedLMPlan(configuration, .roberta, hidden: sizes.hidden, size: sizes.hidden, .gelu))
    positions = try configuration.positionsAfter(padID, of: sizes.positions)
  }

  private init(electra configuration: Configuration) throws {
    let sizes = try Sizes(bertLike: configuration)
    let size = try configuration.optionalInteger("embedding_size", in: Configuration.Limit.hidden) ?? 128
    var embeddings = EmbeddingsPlan(bertLike: "electra.", sizes, positionRows: sizes.positions, size: size)
    if size != sizes.hidden {
      embeddings.projection = DensePlan("electra.embeddings_project", inputs: size, outputs: sizes.hidden)
    }
    self.init(
      sizes, prefix: "electra.", layerNames: { PostNormNames(bertLike: "encoder.layer.\($0)") }, layers: sizes.layers,
      order: Array(0..<sizes.layers), activation: try configuration.activation("hidden_act", default: "gelu"),
      epsilon: try configuration.epsilon(default: 1e-12), embeddings: embeddings,
      classification: .denseAndProjection(hidden: sizes.hidden, .gelu),
      maskedLM: try MaskedLMPlan(configuration, .electra, hidden: sizes.hidden, size: size, .gelu))
  }

  private init(albert configuration: Configuration) throws {
    let sizes = try Sizes(bertLike: configuration)
    let size = try configuration.optionalInteger("embedding_size", in: Configuration.Limit.hidden) ?? 128
    let groups = try configuration.optionalInteger("num_hidden_groups", in: 1...sizes.layers) ?? 1
    let inner = try configuration.optionalInteger("inner_group_num", in: Configuration.Limit.layers) ?? 1
    let activation = try configuration.activation("hidden_act", default: "gelu_new")
    var embeddings = EmbeddingsPlan(bertLike: "albert.", sizes, positionRows: sizes.positions, size: size)
    embeddings.projection = DensePlan(
      "albert.encoder.embedding_hidden_mapping_in", inputs: size, outputs: sizes.hidden)
    self.init(
      sizes, prefix: "albert.",
      layerNames: {
        PostNormNames(albert: "encoder.albert_layer_groups.\($0 / inner).albert_layers.\($0 % inner)")
      },
      layers: groups * inner,
      order: (0..<sizes.layers).flatMap { layer in
        let group = layer * groups / sizes.layers
        return group * inner..<(group + 1) * inner
      },
      activation: activation, epsilon: try configuration.epsilon(default: 1e-12), embeddings: embeddings,
      classification: .pooler("albert.pooler", hidden: sizes.hidden),
      maskedLM: try MaskedLMPlan(configuration, .albert, hidden: sizes.hidden, size: size, activation))
    dropsFeedForward = false
  }

  private init(distilBert configuration: Configuration) throws {
    typealias Limit = Configuration.Limit
    let hidden = try configuration.integer("dim", in: Limit.hidden)
    let sizes = Sizes(
      layers: try configuration.integer("n_layers", in: Limit.layers),
      heads: try configuration.heads("n_heads", dividing: hidden), hidden: hidden,
      intermediate: try configuration.integer("hidden_dim", in: Limit.intermediate),
      vocabulary: try configuration.integer("vocab_size", in: Limit.vocabulary),
      positions: try configuration.integer("max_position_embeddings", in: Limit.positions), tokenTypes: 1)
    let activation = try configuration.activation("activation", default: "gelu")
    var embeddings = EmbeddingsPlan(bertLike: "distilbert.", sizes, positionRows: sizes.positions, size: hidden)
    embeddings.tokenTypes = nil
    self.init(
      sizes, prefix: "distilbert.", layerNames: { PostNormNames(distilBert: "transformer.layer.\($0)") },
      layers: sizes.layers, order: Array(0..<sizes.layers), activation: activation, epsilon: 1e-12,
      embeddings: embeddings,
      classification: ClassificationPlan(
        pooling: .first, dense: DensePlan("pre_classifier", inputs: hidden, outputs: hidden), activation: .relu,
        denseIsInBase: false, norm: nil, dropsInput: false, classifier: "classifier"),
      maskedLM: try MaskedLMPlan(configuration, .distilBert, hidden: hidden, size: hidden, activation))
    dropsAttentionOutput = false
  }

  private init(mpnet configuration: Configuration) throws {
    let sizes = try Sizes(bertLike: configuration, hasTokenTypes: false)
    var embeddings = EmbeddingsPlan(bertLike: "mpnet.", sizes, positionRows: sizes.positions, size: sizes.hidden)
    embeddings.tokenTypes = nil
    embeddings.positionsAfterPad = MPNet.padID
    self.init(
      sizes, prefix: "mpnet.", layerNames: { PostNormNames(mpnet: "encoder.layer.\($0)") }, layers: sizes.layers,
      order: Array(0..<sizes.layers), activation: try configuration.activation("hidden_act", default: "gelu"),
      epsilon: try configuration.epsilon(default: 1e-12), embeddings: embeddings,
      classification: .denseAndProjection(hidden: sizes.hidden, .tanh),
      maskedLM: try MaskedLMPlan(configuration, .roberta, hidden: sizes.hidden, size: sizes.hidden, .gelu))
    positions = try configuration.positionsAfter(MPNet.padID, of: sizes.positions)
    let rows =
      try configuration.optionalInteger("relative_attention_num_buckets", in: MPNet.buckets...65_536) ?? MPNet.buckets
    scoreBias = .buckets(name: "mpnet.encoder.relative_attention_bias.weight", rows: rows)
  }

  // MARK: - DeBERTa

  private init(deberta configuration: Configuration) throws {
    typealias Limit = Configuration.Limit
    let sizes = try Sizes(bertLike: configuration, hasTokenTypes: false)
    let types = try configuration.optionalInteger("type_vocab_size", in: 0...Limit.tokenTypes.upperBound) ?? 0
    let size = try configuration.optionalInteger("embedding_size", in: Limit.hidden) ?? sizes.hidden
    let terms = try configuration.positionTerms()
    let activation = try configuration.activation("hidden_act", default: "gelu")
    var embeddings = EmbeddingsPlan(bertLike: "deberta.", sizes, positionRows: sizes.positions, size: size)
    if try configuration.optionalBool("position_biased_input") == false { embeddings.positions = nil }
    embeddings.tokenTypes = types > 0 ? ("deberta.embeddings.token_type_embeddings.weight", types) : nil
    embeddings.projectsFirst = true
    if size != sizes.hidden {
      embeddings.projection = DensePlan(
        "deberta.embeddings.embed_proj", inputs: size, outputs: sizes.hidden, hasBias: false)
    }
    let pooled = try configuration.optionalInteger("pooler_hidden_size", in: Limit.hidden) ?? sizes.hidden
    self.init(
      sizes, prefix: "deberta.", layerNames: { PostNormNames(deberta: "encoder.layer.\($0)") }, layers: sizes.layers,
      order: Array(0..<sizes.layers), activation: activation, epsilon: try configuration.epsilon(default: 1e-7),
      embeddings: embeddings,
      classification: ClassificationPlan(
        pooling: .first, dense: DensePlan("pooler.dense", inputs: pooled, outputs: pooled),
        activation: try configuration.activation("pooler_hidden_act", default: "gelu"), denseIsInBase: false, norm: nil,
        dropsInput: true, classifier: "classifier"),
      maskedLM: try MaskedLMPlan(
        configuration, try configuration.optionalBool("legacy") ?? true ? .bert : .deberta, hidden: sizes.hidden,
        size: size, activation))
    guard pooled == sizes.hidden else {
      throw configuration.failure("pooler_hidden_size", "is \(pooled); it has to be the hidden size \(sizes.hidden)")
    }
    scoreScale = 1 / Double(headSize * (1 + terms.count)).squareRoot()
    if try configuration.optionalBool("relative_attention") == true {
      scoreBias = .disentangled(try DisentangledPlan(configuration, sizes, terms))
    }
    let kernel = try configuration.optionalInteger("conv_kernel_size", in: 0...255) ?? 0
    if kernel > 0 {
      convolution = ConvolutionPlan(
        weight: "deberta.encoder.conv.conv.weight", bias: "deberta.encoder.conv.conv.bias",
        norm: NormPlan(name: "deberta.encoder.conv.LayerNorm"), kernel: kernel,
        groups: try configuration.optionalInteger("conv_groups", in: 1...sizes.hidden) ?? 1,
        activation: try configuration.activation("conv_act", default: "tanh"))
    }
  }

  // MARK: - ModernBERT

  private init(modernBert configuration: Configuration) throws {
    let sizes = try Sizes(bertLike: configuration, hasTokenTypes: false)
    let (hidden, inner) = (sizes.hidden, sizes.intermediate)
    let (normBias, attentionBias, mlpBias, headBias) = (
      try configuration.optionalBool("norm_bias") ?? false, try configuration.optionalBool("attention_bias") ?? false,
      try configuration.optionalBool("mlp_bias") ?? false, try configuration.optionalBool("classifier_bias") ?? false
    )
    let isSliding = try configuration.slidingLayers(count: sizes.layers)
    let window =
      (try configuration.optionalInteger("local_attention", in: Configuration.Limit.positions) ?? 128) / 2
    let bases = try configuration.rotaryBases()
    let headActivation = try configuration.activation("classifier_activation", default: "gelu")
    let headDense = DensePlan("head.dense", inputs: hidden, outputs: hidden, hasBias: headBias)
    let headNorm = NormPlan(name: "head.norm", hasBias: normBias)
    let pooling = try configuration.optionalString("classifier_pooling") ?? "cls"
    guard ["cls", "mean"].contains(pooling) else {
      throw configuration.failure("classifier_pooling", "is '\(pooling)'; known are cls and mean")
    }
    self.init(
      sizes, prefix: "model.", layerNames: { PostNormNames(bertLike: "\($0)") }, layers: 0,
      order: Array(0..<sizes.layers), activation: try configuration.activation("hidden_activation", default: "gelu"),
      epsilon: try configuration.epsilon("norm_eps", default: 1e-5),
      embeddings: EmbeddingsPlan(
        words: "model.embeddings.tok_embeddings.weight", size: hidden,
        norm: NormPlan(name: "model.embeddings.norm", hasBias: normBias)),
      classification: ClassificationPlan(
        pooling: pooling == "mean" ? .mean : .first, dense: headDense, activation: headActivation, denseIsInBase: false,
        norm: headNorm, dropsInput: false, classifier: "classifier"),
      maskedLM: MaskedLMPlan(
        dense: headDense, activation: headActivation, norm: headNorm,
        decoder: try configuration.optionalBool("tie_word_embeddings") == false ? "decoder.weight" : nil,
        bias: "decoder.bias", storedDecoder: "decoder.weight"))
    layers = (0..<sizes.layers).map { index in
      let name = "model.layers.\(index)"
      return LayerPlan(
        queryKeyValue: DensePlan("\(name).attn.Wqkv", inputs: hidden, outputs: 3 * hidden, hasBias: attentionBias),
        attentionOutput: DensePlan("\(name).attn.Wo", inputs: hidden, outputs: hidden, hasBias: attentionBias),
        attentionNorm: index == 0 ? nil : NormPlan(name: "\(name).attn_norm", hasBias: normBias),
        intermediate: DensePlan("\(name).mlp.Wi", inputs: hidden, outputs: 2 * inner, hasBias: mlpBias),
        output: DensePlan("\(name).mlp.Wo", inputs: inner, outputs: hidden, hasBias: mlpBias),
        outputNorm: NormPlan(name: "\(name).mlp_norm", hasBias: normBias),
        rotary: RotaryPlan(
          base: isSliding[index] ? bases.sliding : bases.full, window: isSliding[index] ? window : nil))
    }
    finalNorm = NormPlan(name: "model.final_norm", hasBias: normBias)
  }
}

// MARK: - Parts that families share

extension EmbeddingsPlan {
  /// `BertEmbeddings`.
  fileprivate init(bertLike prefix: String, _ sizes: Sizes, positionRows: Int, size: Int) {
    self.init(
      words: "\(prefix)embeddings.word_embeddings.weight", size: size,
      positions: ("\(prefix)embeddings.position_embeddings.weight", positionRows),
      tokenTypes: ("\(prefix)embeddings.token_type_embeddings.weight", sizes.tokenTypes),
      norm: NormPlan(name: "\(prefix)embeddings.LayerNorm"))
  }
}

extension ClassificationPlan {
  /// `BertForSequenceClassification`: the pooler of the base model, and a classifier.
  fileprivate static func pooler(_ name: String, hidden: Int) -> ClassificationPlan {
    ClassificationPlan(
      pooling: .first, dense: DensePlan(name, inputs: hidden, outputs: hidden), activation: .tanh, denseIsInBase: true,
      norm: nil, dropsInput: false, classifier: "classifier")
  }

  /// `RobertaClassificationHead` and its relatives.
  fileprivate static func denseAndProjection(hidden: Int, _ activation: ActivationFunction) -> ClassificationPlan {
    ClassificationPlan(
      pooling: .first, dense: DensePlan("classifier.dense", inputs: hidden, outputs: hidden), activation: activation,
      denseIsInBase: false, norm: nil, dropsInput: true, classifier: "classifier.out_proj")
  }
}

extension MaskedLMPlan {
  /// The head whose parameters are called `names`.
  fileprivate init(
    _ configuration: Configuration, _ names: MaskedLMHead.Names, hidden: Int, size: Int,
    _ activation: ActivationFunction
  ) throws {
    let isTied = try configuration.optionalBool("tie_word_embeddings") ?? true
    self.init(
      dense: DensePlan(names.dense, inputs: hidden, outputs: size), activation: activation,
      norm: NormPlan(name: names.norm), decoder: isTied ? nil : names.decoder,
      bias: isTied ? names.bias ?? names.decoderBias : names.decoderBias, storedDecoder: names.decoder,
      storedBias: names.decoderBias)
  }
}

extension DisentangledPlan {
  fileprivate init(_ configuration: Configuration, _ sizes: Sizes, _ terms: Set<PositionTerm>) throws {
    let limit = -1...Configuration.Limit.positions.upperBound
    let maximum = try configuration.optionalInteger("max_relative_positions", in: limit) ?? -1
    let largest = maximum < 1 ? sizes.positions : maximum
    let buckets = max(0, try configuration.optionalInteger("position_buckets", in: limit) ?? -1)
    let norms = (try configuration.optionalString("norm_rel_ebd") ?? "none").lowercased().split(separator: "|")
    let isNormalized = norms.contains { $0.filter { $0 != " " } == "layer_norm" }
    self.init(
      embeddings: "deberta.encoder.rel_embeddings.weight", span: buckets > 0 ? buckets : largest, buckets: buckets,
      largestPosition: largest, norm: isNormalized ? NormPlan(name: "deberta.encoder.LayerNorm") : nil,
      comparesKeys: terms.contains(.contentToPosition), comparesQueries: terms.contains(.positionToContent),
      isShared: try configuration.optionalBool("share_att_key") ?? false)
  }
}
