import Activations
import Compute

/// MPNet (Song et al. 2020), after `MPNetModel` in Hugging Face's `models/mpnet/modeling_mpnet.py`: BERT without token
/// types, with RoBERTa's positions and, added to the scores of every layer, a learned bias for the distance of two tokens.
package struct MPNet: FamilyModel {
  package let sizes: Sizes
  let account: ParameterReader.Account
  let maskedLMHead: MaskedLMHead.Found
  private let embeddings: Embeddings
  private let relativeBias: DistanceBias
  private let layers: [PostNormLayer]

  /// Not in the configuration: the reference has them as constants.
  package static let padID = 1
  package static let buckets = 32
  private static let largestDistance = 128

  init(_ configuration: Configuration, _ parameters: Parameters) throws {
    var sizes = try Sizes(bertLike: configuration, hasTokenTypes: false)
    let positionRows = sizes.positions
    sizes.positions = try configuration.positionsAfter(MPNet.padID, of: positionRows)
    let rows =
      try configuration.optionalInteger("relative_attention_num_buckets", in: MPNet.buckets...65_536) ?? MPNet.buckets
    let activation = try configuration.activation("hidden_act", default: "gelu")
    let epsilon = try configuration.epsilon(default: 1e-12)
    let reader = try ParameterReader(parameters, anchor: "embeddings.word_embeddings.weight", prefixes: ["mpnet."])
    embeddings = Embeddings(
      words: try reader.embedding("embeddings.word_embeddings", rows: sizes.vocabulary, columns: sizes.hidden),
      positions: try reader.embedding("embeddings.position_embeddings", rows: positionRows, columns: sizes.hidden),
      tokenTypes: nil, norm: try reader.layerNorm("embeddings.LayerNorm", size: sizes.hidden, epsilon: epsilon))
    let bias = "encoder.relative_attention_bias.weight"
    relativeBias = DistanceBias(
      name: bias, table: try reader.tensor(bias, shape: [rows, sizes.heads]).values(),
      DistanceBuckets(count: MPNet.buckets, largestDistance: MPNet.largestDistance))
    layers = try (0..<sizes.layers).map { [sizes] layer in
      try PostNormLayer(reader, PostNormNames(mpnet: "encoder.layer.\(layer)"), sizes, activation, epsilon: epsilon)
    }
    maskedLMHead = try MaskedLMHead.find(
      configuration, reader, .roberta, words: embeddings.words, hidden: sizes.hidden, activation: .gelu,
      epsilon: epsilon)
    try reader.pack()
    self.sizes = sizes
    account = reader.account
  }

  func forward(_ pass: ForwardPass) throws -> [AttentionTrace] {
    let hidden = try pass.embed(embeddings) { positionIDs(of: $0.inputIDs, pad: MPNet.padID) }
    let biases = pass.sentences.map { relativeBias.tensor(heads: sizes.heads, positions: $0.positions) }
    return try pass.run(layers, heads: sizes.heads, from: hidden, biases: biases)
  }

  /// `relative_position_bucket`
  package static func bucket(keyMinusQuery: Int) -> Int {
    DistanceBuckets(count: buckets, largestDistance: largestDistance).bucket(keyMinusQuery: keyMinusQuery)
  }
}

extension PostNormNames {
  /// `MPNetLayer`'s
  package init(mpnet layer: String) {
    self.init(bertLike: layer)
    query = "\(layer).attention.attn.q"
    key = "\(layer).attention.attn.k"
    value = "\(layer).attention.attn.v"
    attentionOutput = "\(layer).attention.attn.o"
    attentionNorm = "\(layer).attention.LayerNorm"
  }
}
