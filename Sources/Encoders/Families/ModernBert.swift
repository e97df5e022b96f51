import Activations
import Compute
import Glibc
import JSON
import KernelParameters

/// ModernBERT (Warner et al. 2024), after `ModernBertModel` in Hugging Face's
/// `models/modernbert/modeling_modernbert.py`: norms before attention and feed-forward, rotary positions, a gated
/// feed-forward, and layers that only see a window of neighbours.
struct ModernBert: FamilyModel {
  let sizes: Sizes
  let account: ParameterReader.Account
  let maskedLMHead: MaskedLMHead.Found
  private let embeddings: Embeddings
  private let layers: [Layer]
  private let finalNorm: LayerNorm
  /// A sliding layer sees keys at most so far away.
  private let window: Int
  private let fullRotation: RotaryPositions
  private let slidingRotation: RotaryPositions

  fileprivate struct Layer: Sendable {
    let isSliding: Bool
    /// nil in the first layer, whose input is already normalized.
    let attentionNorm: LayerNorm?
    let queryKeyValue: Dense
    let attentionOutput: Dense
    let outputProjection: OutputProjection
    let mlpNorm: LayerNorm
    /// The part of `Wi` that the activation is applied to, and the part that gates it.
    let input: Dense
    let gate: Dense
    let output: Dense
  }

  init(_ configuration: Configuration, _ parameters: Parameters) throws {
    let sizes = try Sizes(bertLike: configuration, hasTokenTypes: false)
    let headSize = sizes.hidden / sizes.heads
    guard headSize % 2 == 0 else {
      throw configuration.failure("num_attention_heads", "makes heads of size \(headSize); rotation needs an even one")
    }
    let activation = try configuration.activation("hidden_activation", default: "gelu")
    let epsilon = try configuration.epsilon("norm_eps", default: 1e-5)
    let (normBias, attentionBias, mlpBias) = (
      try configuration.optionalBool("norm_bias") ?? false, try configuration.optionalBool("attention_bias") ?? false,
      try configuration.optionalBool("mlp_bias") ?? false
    )
    let isSliding = try configuration.slidingLayers(count: sizes.layers)
    window = (try configuration.optionalInteger("local_attention", in: Configuration.Limit.positions) ?? 128) / 2
    let thetas = try configuration.rotaryBases()
    fullRotation = RotaryPositions(base: thetas.full, headSize: headSize)
    slidingRotation = RotaryPositions(base: thetas.sliding, headSize: headSize)

    let reader = try ParameterReader(parameters, anchor: "embeddings.tok_embeddings.weight", prefixes: ["model."])
    func norm(_ name: String) throws -> LayerNorm {
      try reader.layerNorm(name, size: sizes.hidden, epsilon: epsilon, hasBias: normBias)
    }
    embeddings = Embeddings(
      words: try reader.embedding("embeddings.tok_embeddings", rows: sizes.vocabulary, columns: sizes.hidden),
      positions: nil, tokenTypes: nil, norm: try norm("embeddings.norm"))
    layers = try (0..<sizes.layers).map { index in
      let (name, hidden, inner) = ("layers.\(index)", sizes.hidden, sizes.intermediate)
      let gated = try reader.tensor("\(name).mlp.Wi.weight", shape: [2 * inner, hidden])
      let gatedBias = mlpBias ? try reader.tensor("\(name).mlp.Wi.bias", shape: [2 * inner]) : nil
      func part(_ rows: Range<Int>, _ activation: ActivationFunction) throws -> Dense {
        let bias = try gatedBias.map { stored in
          let storage = FloatStorage(count: rows.count)
          try stored.read(rows.lowerBound, count: rows.count, into: storage.pointer)
          return storage
        }
        return reader.dense(
          [WeightPart(rows: rows, of: gated, columns: hidden)], inputSize: hidden, activation: activation, bias: bias)
      }
      return Layer(
        isSliding: isSliding[index],
        attentionNorm: index == 0 ? nil : try norm("\(name).attn_norm"),
        queryKeyValue: try reader.dense(
          "\(name).attn.Wqkv", inputSize: hidden, outputSize: 3 * hidden, hasBias: attentionBias),
        attentionOutput: try reader.dense(
          "\(name).attn.Wo", inputSize: hidden, outputSize: hidden, hasBias: attentionBias),
        outputProjection: try reader.outputProjection("\(name).attn.Wo", size: hidden, hasBias: attentionBias),
        mlpNorm: try norm("\(name).mlp_norm"),
        input: try part(0..<inner, activation), gate: try part(inner..<2 * inner, .identity),
        output: try reader.dense("\(name).mlp.Wo", inputSize: inner, outputSize: hidden, hasBias: mlpBias))
    }
    finalNorm = try norm("final_norm")
    maskedLMHead = try MaskedLMHead.find(
      configuration, reader, .modernBert, words: embeddings.words, hidden: sizes.hidden,
      activation: try configuration.activation("classifier_activation", default: "gelu"), epsilon: epsilon,
      hasDenseBias: try configuration.optionalBool("classifier_bias") ?? false, hasNormBias: normBias)
    try reader.pack()
    self.sizes = sizes
    account = reader.account
  }

  func forward(_ pass: ForwardPass) throws -> [AttentionTrace] {
    let (rows, hiddenSize, headSize) = (pass.rows, sizes.hidden, sizes.hidden / sizes.heads)
    let visible = pass.sentences.map { VisibleKeys($0.mask) }
    let slidingVisible =
      layers.contains(where: \.isSliding)
      ? pass.sentences.map { VisibleKeys($0.mask.limited(to: window)) } : visible
    let longest = pass.sentences.reduce(0) { max($0, $1.positions) }
    let fullTable = fullRotation.table(positions: longest)
    let slidingTable = slidingRotation.table(positions: longest)

    var hidden = try pass.embed(embeddings)
    var traces: [[LayerTrace]] = []
    var hiddenStates = [hidden]
    let normalized = pass.buffer(.normalized, rows: rows, columns: hiddenSize)
    for (index, layer) in layers.enumerated() {
      try pass.checkCancellation()
      layer.attentionNorm?.apply(to: hidden.pointer, into: normalized, rows: rows, on: pass.engine)
      let fused = pass.storage(rows: rows, columns: 3 * hiddenSize)
      try pass.dense(
        layer.queryKeyValue, layer.attentionNorm == nil ? hidden.pointer : normalized, rows: rows, into: fused.pointer)
      // Queries and keys are captured as they are compared: rotated.
      for sentence in pass.sentences {
        (layer.isSliding ? slidingTable : fullTable).rotate(
          fused.pointer + sentence.rows.lowerBound * 3 * hiddenSize, rows: sentence.positions, heads: 2 * sizes.heads,
          stride: 3 * hiddenSize)
      }
      let (context, layerTraces) = try pass.attention(
        layer: index, fused, heads: sizes.heads, headSize: headSize,
        visible: layer.isSliding ? slidingVisible : visible, scale: 1 / Float(headSize).squareRoot(),
        output: layer.outputProjection)
      let attended = pass.buffer(.attended, rows: rows, columns: hiddenSize)
      try pass.dense(layer.attentionOutput, context.pointer, rows: rows, into: attended)
      pass.engine.kernels.addElements(hidden.pointer, attended, rows * hiddenSize)
      hidden = try layer.feedForward(attended, normalized, hiddenSize: hiddenSize, pass)
      traces.append(layerTraces)
      hiddenStates.append(hidden)
    }
    let last = pass.storage(rows: rows, columns: hiddenSize)
    finalNorm.apply(to: hidden.pointer, into: last.pointer, rows: rows, on: pass.engine)
    hiddenStates[hiddenStates.count - 1] = last
    return pass.traces(traces, hiddenStates: hiddenStates, columns: hiddenSize)
  }
}

extension MaskedLMHead.Names {
  /// `ModernBertForMaskedLM`'s
  package static let modernBert = MaskedLMHead.Names(
    dense: "head.dense", norm: "head.norm", decoder: "decoder.weight", bias: nil, decoderBias: "decoder.bias")
}

extension ModernBert.Layer {
  /// `attended` + the feed-forward of its norm, [row, hidden]; `normalized` is scratch memory.
  fileprivate func feedForward(
    _ attended: UnsafeMutablePointer<Float>, _ normalized: UnsafeMutablePointer<Float>, hiddenSize: Int,
    _ pass: ForwardPass
  ) throws -> FloatStorage {
    let rows = pass.rows
    mlpNorm.apply(to: attended, into: normalized, rows: rows, on: pass.engine)
    let inner = pass.buffer(.intermediate, rows: rows, columns: input.outputSize)
    let gates = pass.buffer(.gate, rows: rows, columns: input.outputSize)
    try pass.dense(input, normalized, rows: rows, into: inner)
    try pass.dense(gate, normalized, rows: rows, into: gates)
    pass.forRows(rows) { part in
      let first = part.lowerBound * input.outputSize
      pass.engine.kernels.multiplyElements(gates + first, inner + first, part.count * input.outputSize)
    }
    let result = pass.storage(rows: rows, columns: hiddenSize)
    try pass.dense(output, inner, rows: rows, into: result.pointer)
    pass.engine.kernels.addElements(attended, result.pointer, rows * hiddenSize)
    return result
  }
}

extension AttentionMask {
  /// The same mask, with keys further away than `window` blocked.
  package func limited(to window: Int) -> AttentionMask {
    var allowed = allowed
    for query in 0..<size {
      for key in 0..<size where abs(query - key) > window { allowed[query * size + key] = false }
    }
    return AttentionMask(size: size, allowed: allowed)
  }
}

extension Configuration {
  /// Which layers slide: `layer_types`, or every layer but each `global_attn_every_n_layers`th.
  package func slidingLayers(count: Int) throws -> [Bool] {
    guard let value = value("layer_types") else {
      let every = try optionalInteger("global_attn_every_n_layers", in: Limit.layers) ?? 3
      return (0..<count).map { $0 % every != 0 }
    }
    guard let types = value.arrayValue, types.count == count else {
      throw failure("layer_types", "should be a list of \(count) types, one a layer")
    }
    return try types.map { type in
      switch type.stringValue {
      case "sliding_attention": return true
      case "full_attention": return false
      default:
        throw failure(
          "layer_types",
          "holds \(type.stringValue.map { "'\($0)'" } ?? type.kind); known are full_attention and sliding_attention")
      }
    }
  }

  /// The bases of the rotary positions: `rope_parameters`, or `global_rope_theta` and `local_rope_theta`.
  package func rotaryBases() throws -> (full: Float, sliding: Float) {
    let range = 1.0...1e12
    let full = try optionalNumber("global_rope_theta", in: range) ?? 160_000
    // An explicit null means that both kinds of layers rotate alike.
    let sliding = try optionalNumber("local_rope_theta", in: range) ?? (isNull("local_rope_theta") ? full : 10_000)
    guard let parameters = value("rope_parameters") else { return (Float(full), Float(sliding)) }
    func base(_ kind: String, _ fallback: Double) throws -> Float {
      guard let part = parameters[kind], !part.isNull else { return Float(fallback) }
      if let type = part["rope_type"]?.stringValue, type != "default" {
        throw failure("rope_parameters", "asks for '\(type)' rotation; only 'default' is supported")
      }
      guard let value = part["rope_theta"], !value.isNull else { return Float(fallback) }
      guard let theta = value.doubleValue, range.contains(theta) else {
        throw failure("rope_parameters", "holds a rope_theta that is no number from 1 to 1e12")
      }
      return Float(theta)
    }
    return (try base("full_attention", full), try base("sliding_attention", sliding))
  }
}
