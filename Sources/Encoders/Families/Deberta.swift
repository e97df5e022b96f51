import Activations
import Compute

/// The first DeBERTa (He et al. 2020), after `DebertaModel` in Hugging Face's `models/deberta/modeling_deberta.py`: as its later versions,
/// but every distance up to a limit has an embedding of its own, and one matrix projects queries, keys and values.
struct Deberta: FamilyModel {
  private let model: DebertaV2

  var sizes: Sizes { model.sizes }
  var account: ParameterReader.Account { model.account }
  var maskedLMHead: MaskedLMHead.Found { model.maskedLMHead }
  var keptScoreBiases: Int { model.keptScoreBiases }

  init(_ configuration: Configuration, _ parameters: Parameters) throws {
    if try configuration.optionalBool("talking_head") == true {
      throw configuration.failure("talking_head", "is true; heads that mix their scores are not supported")
    }
    model = try DebertaV2(configuration, parameters, isFirst: true)
  }

  func forward(_ pass: ForwardPass) throws -> [AttentionTrace] { try model.forward(pass) }
}

extension ParameterReader {
  /// `in_proj` has queries, keys and values of one head after those of the other; queries and values have a bias each.
  func debertaProjections(_ attention: String, _ sizes: Sizes) throws -> Dense {
    let (hidden, size) = (sizes.hidden, sizes.hidden / sizes.heads)
    let stored = try tensor("\(attention).in_proj.weight", shape: [3 * hidden, hidden])
    let parts = (0..<3).flatMap { part in
      (0..<sizes.heads).map { head in
        let first = (3 * head + part) * size
        return WeightPart(rows: first..<first + size, of: stored, columns: hidden)
      }
    }
    let bias = FloatStorage(count: 3 * hidden)
    try tensor("\(attention).q_bias", shape: [hidden]).read(0, count: hidden, into: bias.pointer)
    (bias.pointer + hidden).update(repeating: 0, count: hidden)
    try tensor("\(attention).v_bias", shape: [hidden]).read(0, count: hidden, into: bias.pointer + 2 * hidden)
    return dense(parts, inputSize: hidden, activation: .identity, bias: bias)
  }
}
