import Activations
import Compute

/// ELECTRA (Clark et al. 2020), after `ElectraModel` in Hugging Face's `models/electra/modeling_electra.py`: BERT whose
/// embeddings may be smaller than its hidden states, and are then projected.
struct Electra: FamilyModel {
  let sizes: Sizes
  let account: ParameterReader.Account
  let maskedLMHead: MaskedLMHead.Found
  private let embeddings: Embeddings
  private let projection: Dense?
  private let layers: [PostNormLayer]

  init(_ configuration: Configuration, _ parameters: Parameters) throws {
    try configuration.refuseDecoder()
    try configuration.refuseRelativePositions()
    let sizes = try Sizes(bertLike: configuration)
    let size = try configuration.optionalInteger("embedding_size", in: Configuration.Limit.hidden) ?? 128
    let activation = try configuration.activation("hidden_act", default: "gelu")
    let epsilon = try configuration.epsilon(default: 1e-12)
    let reader = try ParameterReader(parameters, anchor: "embeddings.word_embeddings.weight", prefixes: ["electra."])
    embeddings = try Embeddings(
      bertLike: reader, sizes, positionRows: sizes.positions, columns: size, epsilon: epsilon)
    projection =
      size == sizes.hidden
      ? nil : try reader.dense("embeddings_project", inputSize: size, outputSize: sizes.hidden)
    layers = try (0..<sizes.layers).map { layer in
      try PostNormLayer(
        reader, PostNormNames(bertLike: "encoder.layer.\(layer)"), sizes, activation, epsilon: epsilon)
    }
    maskedLMHead = try MaskedLMHead.find(
      configuration, reader, .electra, words: embeddings.words, hidden: sizes.hidden, activation: .gelu,
      epsilon: epsilon)
    try reader.pack()
    self.sizes = sizes
    account = reader.account
  }

  func forward(_ pass: ForwardPass) throws -> [AttentionTrace] {
    try pass.run(layers, heads: sizes.heads, from: try pass.embed(embeddings, projection: projection))
  }
}

extension MaskedLMHead.Names {
  /// `ElectraForMaskedLM`'s: the generator of a pair. A discriminator predicts no tokens.
  package static let electra = MaskedLMHead.Names(
    dense: "generator_predictions.dense", norm: "generator_predictions.LayerNorm", decoder: "generator_lm_head.weight",
    bias: nil, decoderBias: "generator_lm_head.bias")
}
