import Activations
import Compute
import KernelParameters

/// BERT (Devlin et al. 2018), after `BertModel` in Hugging Face's `models/bert/modeling_bert.py`.
struct Bert: FamilyModel {
  let sizes: Sizes
  let account: ParameterReader.Account
  let maskedLMHead: MaskedLMHead.Found
  private let embeddings: Embeddings
  private let layers: [PostNormLayer]

  init(_ configuration: Configuration, _ parameters: Parameters) throws {
    try configuration.refuseDecoder()
    try configuration.refuseRelativePositions()
    let sizes = try Sizes(bertLike: configuration)
    let activation = try configuration.activation("hidden_act", default: "gelu")
    let epsilon = try configuration.epsilon(default: 1e-12)
    let reader = try ParameterReader(parameters, anchor: "embeddings.word_embeddings.weight", prefixes: ["bert."])
    embeddings = try Embeddings(
      bertLike: reader, sizes, positionRows: sizes.positions, columns: sizes.hidden, epsilon: epsilon)
    layers = try (0..<sizes.layers).map {
      try PostNormLayer(
        reader, PostNormNames(bertLike: "encoder.layer.\($0)"), sizes, activation, epsilon: epsilon)
    }
    maskedLMHead = try MaskedLMHead.find(
      configuration, reader, .bert, words: embeddings.words, hidden: sizes.hidden, activation: activation,
      epsilon: epsilon)
    try reader.pack()
    self.sizes = sizes
    account = reader.account
  }

  func forward(_ pass: ForwardPass) throws -> [AttentionTrace] {
    try pass.run(layers, heads: sizes.heads, from: try pass.embed(embeddings))
  }
}

// MARK: - What families that descend from BERT share

extension Configuration {
  /// BERT's `relative_key` and `relative_key_query` never made it into a published encoder that people use, and
  /// transformers has dropped them.
  func refuseRelativePositions() throws {
    if let kind = try optionalString("position_embedding_type"), kind != "absolute" {
      throw failure("position_embedding_type", "is '\(kind)'; only 'absolute' is supported")
    }
  }
}

extension Sizes {
  /// BERT's names of the sizes.
  package init(bertLike configuration: Configuration, hasTokenTypes: Bool = true) throws {
    typealias Limit = Configuration.Limit
    let hidden = try configuration.integer("hidden_size", in: Limit.hidden)
    self.init(
      layers: try configuration.integer("num_hidden_layers", in: Limit.layers),
      heads: try configuration.heads("num_attention_heads", dividing: hidden),
      hidden: hidden,
      intermediate: try configuration.integer("intermediate_size", in: Limit.intermediate),
      vocabulary: try configuration.integer("vocab_size", in: Limit.vocabulary),
      positions: try configuration.integer("max_position_embeddings", in: Limit.positions),
      tokenTypes: hasTokenTypes ? try configuration.optionalInteger("type_vocab_size", in: Limit.tokenTypes) ?? 2 : 1)
  }
}

extension Embeddings {
  /// `BertEmbeddings`; `positionRows` is the number of position embeddings, `columns` the size of all of them.
  init(bertLike reader: ParameterReader, _ sizes: Sizes, positionRows: Int, columns: Int, epsilon: Float) throws {
    self.init(
      words: try reader.embedding("embeddings.word_embeddings", rows: sizes.vocabulary, columns: columns),
      positions: try reader.embedding("embeddings.position_embeddings", rows: positionRows, columns: columns),
      tokenTypes: try reader.embedding("embeddings.token_type_embeddings", rows: sizes.tokenTypes, columns: columns),
      norm: try reader.layerNorm("embeddings.LayerNorm", size: columns, epsilon: epsilon))
  }
}

/// What the parameters of a layer are called.
package struct PostNormNames {
  package var query: String
  package var key: String
  package var value: String
  package var attentionOutput: String
  package var attentionNorm: String
  package var intermediate: String
  package var output: String
  package var outputNorm: String

  /// `BertLayer`'s, whose names start with `layer`.
  package init(bertLike layer: String) {
    query = "\(layer).attention.self.query"
    key = "\(layer).attention.self.key"
    value = "\(layer).attention.self.value"
    attentionOutput = "\(layer).attention.output.dense"
    attentionNorm = "\(layer).attention.output.LayerNorm"
    intermediate = "\(layer).intermediate.dense"
    output = "\(layer).output.dense"
    outputNorm = "\(layer).output.LayerNorm"
  }
}

extension PostNormLayer {
  init(
    _ reader: ParameterReader, _ names: PostNormNames, _ sizes: Sizes, _ activation: ActivationFunction, epsilon: Float,
    queryKeyValue: Dense? = nil
  ) throws {
    let (hidden, inner) = (sizes.hidden, sizes.intermediate)
    self.init(
      queryKeyValue: try queryKeyValue
        ?? reader.dense(names.query, names.key, names.value, inputSize: hidden, outputSize: hidden),
      attentionOutput: try reader.dense(names.attentionOutput, inputSize: hidden, outputSize: hidden),
      outputProjection: try reader.outputProjection(names.attentionOutput, size: hidden),
      attentionNorm: try reader.layerNorm(names.attentionNorm, size: hidden, epsilon: epsilon),
      intermediate: try reader.dense(
        names.intermediate, inputSize: hidden, outputSize: inner, activation: activation),
      output: try reader.dense(names.output, inputSize: inner, outputSize: hidden),
      outputNorm: try reader.layerNorm(names.outputNorm, size: hidden, epsilon: epsilon))
  }
}
