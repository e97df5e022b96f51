import Activations
import Compute

/// DeBERTa v2 and v3 (He et al. 2020, 2021), after `DebertaV2Model` in Hugging Face's
/// `models/deberta_v2/modeling_deberta_v2.py`: BERT whose scores also compare contents with relative positions.
///
/// The model blocks PAD queries too, whatever the mask says, and its embeddings of PAD are zero. A PAD that some query may
/// attend to is no PAD for it.
struct DebertaV2: FamilyModel {
  let sizes: Sizes
  let account: ParameterReader.Account
  let maskedLMHead: MaskedLMHead.Found
  private let embeddings: Embeddings
  /// Before the norm, where embeddings are smaller than hidden states.
  private let projection: Dense?
  private let layers: [PostNormLayer]
  private let relative: DisentangledAttention?
  private let convolution: DebertaConvolution?
  /// What QKᵀ is multiplied by: every kind of comparison has its part in the variance of the scores.
  private let scale: Float

  var keptScoreBiases: Int { relative == nil ? 0 : 1 }

  init(_ configuration: Configuration, _ parameters: Parameters) throws {
    try self.init(configuration, parameters, isFirst: false)
  }

  /// - Parameter isFirst: whether it is the first DeBERTa, which projects queries, keys and values by one matrix and counts distances
  ///   one by one.
  init(_ configuration: Configuration, _ parameters: Parameters, isFirst: Bool) throws {
    typealias Limit = Configuration.Limit
    var sizes = try Sizes(bertLike: configuration, hasTokenTypes: false)
    let types = try configuration.optionalInteger("type_vocab_size", in: 0...Limit.tokenTypes.upperBound) ?? 0
    sizes.tokenTypes = max(types, 1)
    try configuration.checkHeadSize(sizes.hidden / sizes.heads)
    let size = try configuration.optionalInteger("embedding_size", in: Limit.hidden) ?? sizes.hidden
    let activation = try configuration.activation("hidden_act", default: "gelu")
    let epsilon = try configuration.epsilon(default: 1e-7)
    let terms = try configuration.positionTerms()
    let hasPositions = try configuration.optionalBool("position_biased_input") ?? true
    let reader = try ParameterReader(parameters, anchor: "embeddings.word_embeddings.weight", prefixes: ["deberta."])
    embeddings = Embeddings(
      words: try reader.embedding("embeddings.word_embeddings", rows: sizes.vocabulary, columns: size),
      positions: hasPositions
        ? try reader.embedding("embeddings.position_embeddings", rows: sizes.positions, columns: size) : nil,
      tokenTypes: types > 0
        ? try reader.embedding("embeddings.token_type_embeddings", rows: types, columns: size) : nil,
      norm: try reader.layerNorm("embeddings.LayerNorm", size: sizes.hidden, epsilon: epsilon))
    projection =
      size == sizes.hidden
      ? nil : try reader.dense("embeddings.embed_proj", inputSize: size, outputSize: sizes.hidden, hasBias: false)
    layers = try (0..<sizes.layers).map { [sizes] layer in
      let name = "encoder.layer.\(layer)"
      return isFirst
        ? try PostNormLayer(
          reader, PostNormNames(bertLike: name), sizes, activation, epsilon: epsilon,
          queryKeyValue: try reader.debertaProjections("\(name).attention.self", sizes))
        : try PostNormLayer(reader, PostNormNames(deberta: name), sizes, activation, epsilon: epsilon)
    }
    scale = 1 / Float(sizes.hidden / sizes.heads * (1 + terms.count)).squareRoot()
    relative =
      try configuration.optionalBool("relative_attention") == true
      ? try DisentangledAttention(
        configuration, reader, sizes, terms, layers, scale: scale, epsilon: epsilon, isFirst: isFirst) : nil
    let kernel = try configuration.optionalInteger("conv_kernel_size", in: 0...255).flatMap { isFirst ? 0 : $0 } ?? 0
    convolution =
      kernel > 0 ? try DebertaConvolution(configuration, reader, sizes, kernel: kernel, epsilon: epsilon) : nil
    let isNew = parameters.has("\(MaskedLMHead.Names.deberta.dense).weight")
    maskedLMHead = try MaskedLMHead.find(
      configuration, reader, isNew ? .deberta : .bert, words: embeddings.words, hidden: sizes.hidden,
      activation: activation, epsilon: epsilon)
    try reader.pack()
    self.sizes = sizes
    account = reader.account
  }

  func forward(_ pass: ForwardPass) throws -> [AttentionTrace] {
    let isReal = pass.sentences.map { sentence in
      zip(sentence.mask.visiblePositions, sentence.input.attentionMask).map { $0 || $1 }
    }
    let visible = zip(pass.sentences, isReal).map { VisibleKeys($0.mask.blocking(queries: $1)) }
    let isRealRow = isReal.flatMap(\.self)
    let embedded = try embed(pass)
    pass.clearRows(of: embedded, columns: sizes.hidden, unless: isRealRow)
    let headSize = sizes.hidden / sizes.heads
    var traces: [[LayerTrace]] = []
    var hiddenStates = [embedded]
    for (index, layer) in layers.enumerated() {
      try pass.checkCancellation()
      let hidden = hiddenStates[index]
      let fused = try layer.project(hidden, pass)
      let attended = try pass.attention(
        layer: index, fused, heads: sizes.heads, headSize: headSize, visible: visible, scale: scale,
        biases: relative?.scoreBiases(layer: index, fused, pass), output: layer.outputProjection)
      var result = try layer.finish(attended.context, hidden, pass)
      if index == 0, let convolution {
        result = try convolution.apply(to: embedded, adding: result, isReal: isRealRow, pass)
      }
      traces.append(attended.traces)
      hiddenStates.append(result)
    }
    return pass.traces(traces, hiddenStates: hiddenStates, columns: sizes.hidden)
  }

  /// [row, hidden]
  private func embed(_ pass: ForwardPass) throws -> FloatStorage {
    let hidden = pass.storage(rows: pass.rows, columns: sizes.hidden)
    if let projection {
      let sums = pass.buffer(.embeddings, rows: pass.rows, columns: embeddings.size)
      try pass.sum(embeddings, into: sums)
      try pass.dense(projection, sums, rows: pass.rows, into: hidden.pointer)
    } else {
      try pass.sum(embeddings, into: hidden.pointer)
    }
    embeddings.norm.apply(to: hidden.pointer, into: hidden.pointer, rows: pass.rows, on: pass.engine)
    return hidden
  }
}

extension MaskedLMHead.Names {
  /// `DebertaV2OnlyMLMHead`'s; `LegacyDebertaV2OnlyMLMHead` uses BERT's.
  package static let deberta = MaskedLMHead.Names(
    dense: "lm_predictions.lm_head.dense", norm: "lm_predictions.lm_head.LayerNorm",
    decoder: nil, bias: nil,
    decoderBias: "lm_predictions.lm_head.bias")
}

extension PostNormNames {
  /// `DebertaV2Layer`'s
  package init(deberta layer: String) {
    self.init(bertLike: layer)
    query = "\(layer).attention.self.query_proj"
    key = "\(layer).attention.self.key_proj"
    value = "\(layer).attention.self.value_proj"
  }
}

/// What is compared with relative positions.
package enum PositionTerm: String, CaseIterable {
  /// Contents of queries with positions of keys.
  case contentToPosition = "c2p"
  /// Positions of queries with contents of keys.
  case positionToContent = "p2c"
}

extension Configuration {
  /// `pos_att_type`, a list or a string such as `p2c|c2p`.
  package func positionTerms() throws -> Set<PositionTerm> {
    guard let value = value("pos_att_type") else { return [] }
    let names: [String]
    if let list = value.arrayValue {
      names = list.map { $0.stringValue ?? $0.kind }
    } else if let string = value.stringValue {
      names = string.split(separator: "|").map(String.init)
    } else {
      throw failure("pos_att_type", "should be a list or a string, it is \(value.kind)")
    }
    return Set(
      try names.map { name in
        let name = name.lowercased().filter { $0 != " " }
        guard let term = PositionTerm(rawValue: name) else {
          throw failure("pos_att_type", "asks for '\(name)'; known are c2p and p2c")
        }
        return term
      })
  }

  fileprivate func checkHeadSize(_ expected: Int) throws {
    if let size = try optionalInteger("attention_head_size", in: Limit.hidden), size != expected {
      throw failure("attention_head_size", "is \(size); hidden_size and num_attention_heads ask for \(expected)")
    }
  }
}

extension AttentionMask {
  /// Which positions some query may attend to: all that are not PAD, for the mask of every mode.
  var visiblePositions: [Bool] {
    var result = [Bool](repeating: false, count: size)
    for query in 0..<size {
      for key in 0..<size where allowed[query * size + key] { result[key] = true }
    }
    return result
  }

  /// The same mask, with all keys blocked for queries that are not among `queries`.
  fileprivate func blocking(queries: [Bool]) -> AttentionMask {
    guard queries.contains(false) else { return self }
    var allowed = allowed
    for query in 0..<size where !queries[query] {
      for key in 0..<size { allowed[query * size + key] = false }
    }
    return AttentionMask(size: size, allowed: allowed)
  }
}

extension ForwardPass {
  /// Sets rows of a [row, columns] block to zero.
  func clearRows(of storage: FloatStorage, columns: Int, unless isKept: [Bool]) {
    for row in 0..<rows where !isKept[row] {
      (storage.pointer + row * columns).update(repeating: 0, count: columns)
    }
  }
}
