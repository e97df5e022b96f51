import Activations
import Compute

/// ALBERT (Lan et al. 2019), after `AlbertModel` in Hugging Face's `models/albert/modeling_albert.py`: small embeddings
/// that are always projected, and few layers that are used again and again.
struct Albert: FamilyModel {
  let sizes: Sizes
  let account: ParameterReader.Account
  let maskedLMHead: MaskedLMHead.Found
  private let embeddings: Embeddings
  private let projection: Dense
  /// In the order in which they are applied; many are the same.
  private let layers: [PostNormLayer]

  init(_ configuration: Configuration, _ parameters: Parameters) throws {
    try configuration.refuseRelativePositions()
    var sizes = try Sizes(bertLike: configuration)
    let size = try configuration.optionalInteger("embedding_size", in: Configuration.Limit.hidden) ?? 128
    let groups = try configuration.optionalInteger("num_hidden_groups", in: 1...sizes.layers) ?? 1
    let inner = try configuration.optionalInteger("inner_group_num", in: Configuration.Limit.layers) ?? 1
    let activation = try configuration.activation("hidden_act", default: "gelu_new")
    let epsilon = try configuration.epsilon(default: 1e-12)
    let reader = try ParameterReader(parameters, anchor: "embeddings.word_embeddings.weight", prefixes: ["albert."])
    embeddings = try Embeddings(
      bertLike: reader, sizes, positionRows: sizes.positions, columns: size, epsilon: epsilon)
    projection = try reader.dense(
      "encoder.embedding_hidden_mapping_in", inputSize: size, outputSize: sizes.hidden)
    let shared = try (0..<groups).map { [sizes] group in
      try (0..<inner).map { layer in
        try PostNormLayer(
          reader, PostNormNames(albert: "encoder.albert_layer_groups.\(group).albert_layers.\(layer)"), sizes,
          activation,
          epsilon: epsilon)
      }
    }
    layers = (0..<sizes.layers).flatMap { [sizes] in shared[$0 * groups / sizes.layers] }
    maskedLMHead = try MaskedLMHead.find(
      configuration, reader, .albert, words: embeddings.words, hidden: sizes.hidden, activation: activation,
      epsilon: epsilon)
    try reader.pack()
    // Every application of a layer has its own attention, those within a group too.
    sizes.layers *= inner
    self.sizes = sizes
    account = reader.account
  }

  func forward(_ pass: ForwardPass) throws -> [AttentionTrace] {
    try pass.run(layers, heads: sizes.heads, from: try pass.embed(embeddings, projection: projection))
  }
}

extension MaskedLMHead.Names {
  /// `AlbertMLMHead`'s
  package static let albert = MaskedLMHead.Names(
    dense: "predictions.dense", norm: "predictions.LayerNorm", decoder: "predictions.decoder.weight",
    bias: "predictions.bias", decoderBias: "predictions.decoder.bias")
}

extension PostNormNames {
  /// `AlbertLayer`'s
  package init(albert layer: String) {
    self.init(bertLike: layer)
    query = "\(layer).attention.query"
    key = "\(layer).attention.key"
    value = "\(layer).attention.value"
    attentionOutput = "\(layer).attention.dense"
    attentionNorm = "\(layer).attention.LayerNorm"
    intermediate = "\(layer).ffn"
    output = "\(layer).ffn_output"
    outputNorm = "\(layer).full_layer_layer_norm"
  }
}
