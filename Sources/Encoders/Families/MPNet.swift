import Activations
import Compute
import Glibc
import Support

/// MPNet (Song et al. 2020), after `MPNetModel` in Hugging Face's `models/mpnet/modeling_mpnet.py`: BERT without token
/// types, with RoBERTa's positions and, added to the scores of every layer, a learned bias for the distance of two tokens.
package struct MPNet: FamilyModel {
  package let sizes: Sizes
  let account: ParameterReader.Account
  let maskedLMHead: MaskedLMHead.Found
  private let embeddings: Embeddings
  /// [bucket, head]
  private let relativeBias: [Float]
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
    relativeBias = try reader.tensor("encoder.relative_attention_bias.weight", shape: [rows, sizes.heads]).values()
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
    return try pass.run(
      layers, heads: sizes.heads, from: hidden, biases: pass.sentences.map { scoreBias(positions: $0.positions) })
  }

  /// [head, query, key]. It only depends on the distance, so the numbers of a head are kept once a distance, and the
  /// tensor is a view of them in which a step to the next query is a step back.
  private func scoreBias(positions: Int) -> Tensor {
    let distances = 2 * positions - 1
    let storage = FloatStorage(count: sizes.heads * distances)
    for index in 0..<distances {
      let bucket = MPNet.bucket(keyMinusQuery: index - (positions - 1))
      for head in 0..<sizes.heads {
        storage.pointer[head * distances + index] = relativeBias[bucket * sizes.heads + head]
      }
    }
    return Tensor(
      storage: storage, offset: positions - 1, shape: [sizes.heads, positions, positions], strides: [distances, -1, 1])
  }

  /// `relative_position_bucket`: half of the buckets are for keys on the right; on each side one bucket for each of the
  /// smallest distances, then logarithmically larger ones.
  package static func bucket(keyMinusQuery: Int) -> Int {
    let half = buckets / 2
    let exact = half / 2
    let distance = abs(keyMinusQuery)
    var bucket = keyMinusQuery > 0 ? half : 0
    if distance < exact {
      bucket += distance
    } else {
      // In single precision, as the reference does it: at the limits of buckets it matters.
      let scale = Float(log(Double(largestDistance) / Double(exact)))
      let logarithm = logf(Float(distance) / Float(exact)) / scale * Float(half - exact)
      bucket += min(exact + (Int(saturating: logarithm) ?? 0), half - 1)
    }
    return bucket
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
