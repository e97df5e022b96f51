import Activations
import Glibc
import KernelParameters

/// The encoder of BART (Lewis et al. 2019), after `BartEncoder` in Hugging Face's `models/bart/modeling_bart.py`.
enum Bart: LayeredFamily {
  static func blueprint(_ configuration: Configuration, _ parameters: Parameters) throws -> Blueprint {
    try Blueprint(learnedPositions: configuration, isPreNorm: false)
  }
}

/// The encoder of mBART (Liu et al. 2020), after `MBartEncoder` in `models/mbart/modeling_mbart.py`: BART with norms before.
enum MBart: LayeredFamily {
  static func blueprint(_ configuration: Configuration, _ parameters: Parameters) throws -> Blueprint {
    try Blueprint(learnedPositions: configuration, isPreNorm: true)
  }
}

/// The encoder of M2M-100 (Fan et al. 2020) and NLLB, after `M2M100Encoder` in `models/m2m_100/modeling_m2m_100.py`: norms before, and
/// sines and cosines of positions that are counted over what is not PAD.
enum M2M100: LayeredFamily {
  static func blueprint(_ configuration: Configuration, _ parameters: Parameters) throws -> Blueprint {
    let sizes = try Sizes(bart: configuration, positions: 1024)
    let pad = try configuration.optionalInteger("pad_token_id", in: 0...sizes.vocabulary - 1) ?? 1
    let columns = sizes.hidden
    guard columns >= 4 else { throw configuration.failure("d_model", "is \(columns); positions need at least 4") }
    let numbers: @Sendable (Int) -> [Float] = { position in
      let half = columns / 2
      // PAD has none.
      guard position != pad else { return [Float](repeating: 0, count: columns) }
      // In single precision, as the reference does it.
      let step = Float(log(10_000.0) / Double(half - 1))
      let angles = (0..<half).map { Float(position) * expf(Float($0) * -step) }
      return angles.map { sinf($0) } + angles.map { cosf($0) } + (columns % 2 == 1 ? [0] : [])
    }
    return try Blueprint(
      bart: configuration, sizes, isPreNorm: true, embeddingNorm: nil,
      positions: .computed(numbers, from: .afterPad(pad)))
  }
}

/// The encoder of Marian (Junczys-Dowmunt et al. 2018), after `MarianEncoder` in `models/marian/modeling_marian.py`: BART without a norm of
/// the embeddings, with sines and then cosines for positions from 0.
enum Marian: LayeredFamily {
  static func blueprint(_ configuration: Configuration, _ parameters: Parameters) throws -> Blueprint {
    let sizes = try Sizes(bart: configuration, positions: 1024)
    let columns = sizes.hidden
    let table = TableParts(name: "encoder.embed_positions", rows: sizes.positions)
    // Where they are stored they count as they are, in half precision, say.
    if parameters.hasName(endingIn: "\(table.name).weight") {
      return try Blueprint(
        bart: configuration, sizes, isPreNorm: false, embeddingNorm: nil, positions: .learned(table, from: .first(0)))
    }
    let numbers: @Sendable (Int) -> [Float] = { position in
      func angle(_ column: Int) -> Double {
        Double(position) / pow(10_000, Double(2 * (column / 2)) / Double(columns))
      }
      return stride(from: 0, to: columns, by: 2).map { Float(sin(angle($0))) }
        + stride(from: 1, to: columns, by: 2).map { Float(cos(angle($0))) }
    }
    return try Blueprint(
      bart: configuration, sizes, isPreNorm: false, embeddingNorm: nil, positions: .computed(numbers, from: .first(0)))
  }
}

extension Sizes {
  /// BART's names of the sizes of its encoder.
  fileprivate init(bart configuration: Configuration, positions: Int) throws {
    typealias Limit = Configuration.Limit
    let hidden = try configuration.integer("d_model", in: Limit.hidden)
    self.init(
      layers: try configuration.integer("encoder_layers", in: Limit.layers),
      heads: try configuration.heads("encoder_attention_heads", dividing: hidden), hidden: hidden,
      intermediate: try configuration.integer("encoder_ffn_dim", in: Limit.intermediate),
      vocabulary: try configuration.integer("vocab_size", in: Limit.vocabulary),
      positions: try configuration.optionalInteger("max_position_embeddings", in: Limit.positions) ?? positions)
  }
}

extension Blueprint {
  /// BART's encoder, or mBART's, whose norms come before. Of their learned positions, the first two are not used.
  fileprivate init(learnedPositions configuration: Configuration, isPreNorm: Bool) throws {
    let sizes = try Sizes(bart: configuration, positions: 1024)
    try self.init(
      bart: configuration, sizes, isPreNorm: isPreNorm, embeddingNorm: "encoder.layernorm_embedding",
      positions: .learned(TableParts(name: "encoder.embed_positions", rows: sizes.positions + 2), from: .first(2)))
  }

  /// BART's layers, with norms after or before. Pre-norm encoders end with a norm.
  fileprivate init(
    bart configuration: Configuration, _ sizes: Sizes, isPreNorm: Bool, embeddingNorm: String?,
    positions: EmbeddingParts.Positions
  ) throws {
    let scales = try configuration.optionalBool("scale_embedding") ?? false
    self.init(
      sizes: sizes, anchor: "encoder.layers.0.self_attn_layer_norm.weight", prefixes: ["model.", ""], epsilon: 1e-5,
      activation: try configuration.activation("activation_function", default: "gelu"),
      embeddings: EmbeddingParts(
        words: ["encoder.embed_tokens", "shared", "decoder.embed_tokens"], columns: sizes.hidden,
        scale: scales ? Float(sizes.hidden).squareRoot() : 1, positions: positions, norm: embeddingNorm),
      layers: (0..<sizes.layers).map { index in
        let layer = "encoder.layers.\(index)"
        let norms = ("\(layer).self_attn_layer_norm", "\(layer).final_layer_norm")
        return LayerParts(
          projections: .separate(in: "\(layer).self_attn", "q_proj", "k_proj", "v_proj"),
          output: Linear("\(layer).self_attn.out_proj"),
          norms: isPreNorm
            ? .init(input: norms.0, feedForwardInput: norms.1) : .init(afterAttention: norms.0, output: norms.1),
          feedForward: .plain(Linear("\(layer).fc1"), Linear("\(layer).fc2")),
          scale: 1 / Float(sizes.headSize).squareRoot())
      }, finalNorm: isPreNorm ? "encoder.layer_norm" : nil)
    embeddings.wordsElsewhere = ["lm_head.weight"]
  }
}
