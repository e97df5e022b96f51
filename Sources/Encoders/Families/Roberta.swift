import Activations

/// RoBERTa (Liu et al. 2019), CamemBERT and XLM-RoBERTa, after `RobertaModel` in Hugging Face's
/// `models/roberta/modeling_roberta.py`: BERT, but for the positions.
struct Roberta: FamilyModel {
  let sizes: Sizes
  let account: ParameterReader.Account
  private let padID: Int
  let maskedLMHead: MaskedLMHead.Found
  private let embeddings: Embeddings
  private let layers: [PostNormLayer]

  init(_ configuration: Configuration, _ parameters: Parameters) throws {
    try configuration.refuseDecoder()
    try configuration.refuseRelativePositions()
    var sizes = try Sizes(bertLike: configuration)
    let positionRows = sizes.positions
    padID = try configuration.optionalInteger("pad_token_id", in: 0...sizes.vocabulary - 1) ?? 1
    sizes.positions = try configuration.positionsAfter(padID, of: positionRows)
    let activation = try configuration.activation("hidden_act", default: "gelu")
    let epsilon = try configuration.epsilon(default: 1e-12)
    let reader = try ParameterReader(parameters, anchor: "embeddings.word_embeddings.weight", prefixes: ["roberta."])
    embeddings = try Embeddings(
      bertLike: reader, sizes, positionRows: positionRows, columns: sizes.hidden, epsilon: epsilon)
    layers = try (0..<sizes.layers).map { [sizes] layer in
      try PostNormLayer(
        reader, PostNormNames(bertLike: "encoder.layer.\(layer)"), sizes, activation, epsilon: epsilon)
    }
    maskedLMHead = try MaskedLMHead.find(
      configuration, reader, .roberta, words: embeddings.words, hidden: sizes.hidden, activation: .gelu,
      epsilon: epsilon)
    try reader.pack()
    self.sizes = sizes
    account = reader.account
  }

  func forward(_ pass: ForwardPass) throws -> [AttentionTrace] {
    let hidden = try pass.embed(embeddings) { positionIDs(of: $0.inputIDs, pad: padID) }
    return try pass.run(layers, heads: sizes.heads, from: hidden)
  }
}

// MARK: - Positions that start after the pad id, as MPNet's do too

/// `create_position_ids_from_input_ids`: what is not PAD is counted from the pad id + 1 on; PAD has the pad id as its
/// position. Whether something is PAD is told by its id, not by the mask.
package func positionIDs(of inputIDs: [Int32], pad: Int) -> [Int] {
  var position = pad
  return inputIDs.map { id in
    guard Int(id) != pad else { return pad }
    position += 1
    return position
  }
}

extension Configuration {
  /// How many positions are left of `rows` for tokens when those up to the pad id are not used.
  package func positionsAfter(_ padID: Int, of rows: Int) throws -> Int {
    guard rows > padID + 1 else {
      throw failure("max_position_embeddings", "is \(rows), which leaves no positions after the pad id \(padID)")
    }
    return rows - padID - 1
  }
}
