import Activations
import Compute

/// DistilBERT (Sanh et al. 2019), after `DistilBertModel` in Hugging Face's `models/distilbert/modeling_distilbert.py`:
/// BERT without token types, with other names.
struct DistilBert: FamilyModel {
  let sizes: Sizes
  let account: ParameterReader.Account
  let maskedLMHead: MaskedLMHead.Found
  private let embeddings: Embeddings
  private let layers: [PostNormLayer]

  init(_ configuration: Configuration, _ parameters: Parameters) throws {
    typealias Limit = Configuration.Limit
    let hidden = try configuration.integer("dim", in: Limit.hidden)
    let sizes = Sizes(
      layers: try configuration.integer("n_layers", in: Limit.layers),
      heads: try configuration.heads("n_heads", dividing: hidden),
      hidden: hidden,
      intermediate: try configuration.integer("hidden_dim", in: Limit.intermediate),
      vocabulary: try configuration.integer("vocab_size", in: Limit.vocabulary),
      positions: try configuration.integer("max_position_embeddings", in: Limit.positions),
      tokenTypes: 1)
    let activation = try configuration.activation("activation", default: "gelu")
    // Not in the configuration: the reference has it as a constant.
    let epsilon: Float = 1e-12
    let reader = try ParameterReader(parameters, anchor: "embeddings.word_embeddings.weight", prefixes: ["distilbert."])
    embeddings = Embeddings(
      words: try reader.embedding("embeddings.word_embeddings", rows: sizes.vocabulary, columns: hidden),
      positions: try reader.embedding("embeddings.position_embeddings", rows: sizes.positions, columns: hidden),
      tokenTypes: nil, norm: try reader.layerNorm("embeddings.LayerNorm", size: hidden, epsilon: epsilon))
    layers = try (0..<sizes.layers).map { layer in
      try PostNormLayer(
        reader, PostNormNames(distilBert: "transformer.layer.\(layer)"), sizes, activation, epsilon: epsilon)
    }
    maskedLMHead = try MaskedLMHead.find(
      configuration, reader, .distilBert, words: embeddings.words, hidden: sizes.hidden, activation: activation,
      epsilon: epsilon)
    try reader.pack()
    self.sizes = sizes
    account = reader.account
  }

  func forward(_ pass: ForwardPass) throws -> [AttentionTrace] {
    try pass.run(layers, heads: sizes.heads, from: try pass.embed(embeddings))
  }
}

extension MaskedLMHead.Names {
  /// `DistilBertForMaskedLM`'s
  package static let distilBert = MaskedLMHead.Names(
    dense: "vocab_transform", norm: "vocab_layer_norm", decoder: "vocab_projector.weight",
    bias: nil, decoderBias: "vocab_projector.bias")
}

extension PostNormNames {
  /// `TransformerBlock`'s
  package init(distilBert layer: String) {
    self.init(bertLike: layer)
    query = "\(layer).attention.q_lin"
    key = "\(layer).attention.k_lin"
    value = "\(layer).attention.v_lin"
    attentionOutput = "\(layer).attention.out_lin"
    attentionNorm = "\(layer).sa_layer_norm"
    intermediate = "\(layer).ffn.lin1"
    output = "\(layer).ffn.lin2"
    outputNorm = "\(layer).output_layer_norm"
  }
}
