import Activations

/// BERT (Devlin et al. 2018), after `BertModel` in Hugging Face's `models/bert/modeling_bert.py`.
struct Bert: FamilyModel {
  let sizes: Sizes
  let parameters: ParameterReader.Account
  private let embeddings: Embeddings
  private let layers: [PostNormLayer]

  init(_ configuration: Configuration, _ checkpoint: Checkpoint, on engine: Engine) throws {
    try configuration.refuseDecoder()
    if let kind = try configuration.optionalString("position_embedding_type"), kind != "absolute" {
      throw configuration.failure("position_embedding_type", "is \(quoted(kind)); only 'absolute' is supported")
    }
    let sizes = try Sizes(bertLike: configuration)
    let activation = try configuration.activation("hidden_act", default: "gelu")
    let epsilon = try configuration.epsilon(default: 1e-12)
    let reader = try ParameterReader(
      checkpoint, anchor: "embeddings.word_embeddings.weight", prefixes: ["bert."], on: engine)
    embeddings = try Embeddings(bertLike: reader, sizes, epsilon: epsilon)
    layers = try (0..<sizes.layers).map {
      try PostNormLayer(bertLike: reader, "encoder.layer.\($0)", sizes, activation, epsilon: epsilon)
    }
    try reader.pack()
    self.sizes = sizes
    parameters = reader.account
  }

  func forward(_ input: TokenizedInput, mask: AttentionMask, _ pass: ForwardPass) throws -> AttentionTrace {
    let hidden = pass.storage(rows: pass.positions, columns: sizes.hidden)
    try embeddings(input, positionIDs: Array(0..<pass.positions), into: hidden.pointer)
    return try pass.run(layers, heads: sizes.heads, from: hidden, mask: mask)
  }
}

// MARK: - What families that descend from BERT share

extension Sizes {
  /// BERT's names of the sizes.
  init(bertLike configuration: Configuration) throws {
    typealias Limit = Configuration.Limit
    let hidden = try configuration.integer("hidden_size", in: Limit.hidden)
    self.init(
      layers: try configuration.integer("num_hidden_layers", in: Limit.layers),
      heads: try configuration.heads("num_attention_heads", dividing: hidden),
      hidden: hidden,
      intermediate: try configuration.integer("intermediate_size", in: Limit.intermediate),
      vocabulary: try configuration.integer("vocab_size", in: Limit.vocabulary),
      positions: try configuration.integer("max_position_embeddings", in: Limit.positions),
      tokenTypes: try configuration.optionalInteger("type_vocab_size", in: Limit.tokenTypes) ?? 2)
  }
}

extension Embeddings {
  /// `BertEmbeddings`
  init(bertLike reader: ParameterReader, _ sizes: Sizes, epsilon: Float) throws {
    self.init(
      words: try reader.embedding(
        "embeddings.word_embeddings", rows: sizes.vocabulary, columns: sizes.hidden),
      positions: try reader.embedding(
        "embeddings.position_embeddings", rows: sizes.positions, columns: sizes.hidden),
      tokenTypes: try reader.embedding(
        "embeddings.token_type_embeddings", rows: sizes.tokenTypes, columns: sizes.hidden),
      norm: try reader.layerNorm("embeddings.LayerNorm", size: sizes.hidden, epsilon: epsilon))
  }
}

extension PostNormLayer {
  /// `BertLayer`, whose parameters' names start with `name`.
  init(
    bertLike reader: ParameterReader, _ name: String, _ sizes: Sizes, _ activation: ActivationFunction, epsilon: Float
  ) throws {
    let (hidden, inner) = (sizes.hidden, sizes.intermediate)
    let attention = "\(name).attention"
    self.init(
      queryKeyValue: try reader.dense(
        "\(attention).self.query", "\(attention).self.key", "\(attention).self.value",
        inputSize: hidden, outputSize: hidden),
      attentionOutput: try reader.dense("\(attention).output.dense", inputSize: hidden, outputSize: hidden),
      attentionNorm: try reader.layerNorm("\(attention).output.LayerNorm", size: hidden, epsilon: epsilon),
      intermediate: try reader.dense(
        "\(name).intermediate.dense", inputSize: hidden, outputSize: inner, activation: activation),
      output: try reader.dense("\(name).output.dense", inputSize: inner, outputSize: hidden),
      outputNorm: try reader.layerNorm("\(name).output.LayerNorm", size: hidden, epsilon: epsilon))
  }
}
