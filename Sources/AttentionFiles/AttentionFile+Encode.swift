import Activations
import Checkpoints
import Support

extension AttentionFile {
  /// What the file holds of a sentence.
  ///
  /// - Throws: `AttentionFileError` where something else is asked for than what was computed: nothing can be computed anew.
  public func encode(
    _ request: EncodeRequest, storage: ProbabilityStorage = ProbabilityStorage(),
    isCancelled: @Sendable () -> Bool = { false }
  ) throws -> Encoding {
    try check(request)
    let sentence = sentences[request.sentence]
    let keys = sentence.keys.count
    let queries = sentence.queries?.count ?? keys
    let mask = mask(of: sentence)
    let masks = layerMasks(mask)
    let isInParts = description.recorded?.isReadInParts == true
    let (stack, item) = (stack, request.sentence)
    let vectors = description.recorded?.hasVectors == true ? AttentionFile.vectors(in: contents, stack) : nil
    let layers = try (0..<stack.layers).map { layer in
      if isCancelled() { throw CancellationError() }
      let read: @Sendable (Range<Int>) -> Tensor = { [lastHeads] heads in
        func read() -> Tensor {
          stack.read(item: item, layer: layer, heads: heads, queries: queries, keys: keys, releases: isInParts)
        }
        guard isInParts, heads.count == 1, let head = heads.first else { return read() }
        return lastHeads.map(LastHeads.Place(item: item, layer: layer, head: head), read: read)
      }
      guard !isInParts else { return LayerTrace(shape: [stack.heads, queries, keys], mask: masks[layer], read: read) }
      let probabilities = read(0..<stack.heads)
      return vectors.flatMap { $0.trace(item, layer, count: keys, probabilities, masks[layer]) }
        ?? LayerTrace(probabilities: probabilities, mask: masks[layer])
    }
    return Encoding(
      request: request, input: sentence.keys, queryInput: sentence.queries, mask: mask, modeMask: mask,
      trace: AttentionTrace(
        layers: layers, hiddenStates: isInParts ? [] : hiddenStates(of: item, count: keys), isReadInParts: isInParts),
      predictions: nil)
  }

  private func check(_ request: EncodeRequest) throws(AttentionFileError) {
    let name = Files.name(of: path)
    guard request.texts.elementsEqual(self.request.texts, by: { $0.utf8.elementsEqual($1.utf8) }),
      request.pair == self.request.pair, sentences.indices.contains(request.sentence)
    else {
      throw AttentionFileError(
        "\(name) holds attention of other sentences; nothing can be computed anew without the model")
    }
    guard request.padTo == self.request.padTo, request.padSide == self.request.padSide,
      request.maskMode == self.request.maskMode, request.maskEdits.isEmpty, request.replacedTokens.isEmpty,
      request.ablations.isEmpty
    else {
      throw AttentionFileError(
        "\(name) holds attention that was computed otherwise (padding, mask, changes by hand); nothing can be computed anew "
          + "without the model")
    }
  }

  /// The mask that was asked for when the attention was computed, as far as that is known.
  private func mask(of sentence: RecordedSentence) -> AttentionMask {
    guard let queries = sentence.queries else {
      let isMasked = export != nil || knowsPadding || sentence.keys.attentionMask.contains(false)
      return AttentionMask(
        isMasked || request.maskMode == .causal ? request.maskMode : .none, attentionMask: sentence.keys.attentionMask)
    }
    let allowed = (0..<queries.count).flatMap { _ in sentence.keys.attentionMask }
    return AttentionMask(queries: queries.count, keys: sentence.keys.count, allowed: allowed)
  }

  private func layerMasks(_ mask: AttentionMask) -> [AttentionMask] {
    // Of a file that is read in parts only few layers were looked at.
    guard blocks.count == stack.layers else { return Array(repeating: mask, count: stack.layers) }
    var known: [OwnBlock: AttentionMask] = [:]
    return blocks.map { block in
      if let mask = known[block] { return mask }
      let restricted = mask.restricted(by: block)
      known[block] = restricted
      return restricted
    }
  }
}

// MARK: What stands beside the probabilities

extension AttentionFile {
  /// [item, layer + 1, position, hidden], or without the batch; nil where the file has none that fit.
  static func hiddenStates(in contents: ArrayFile, _ stack: ArrayStack) -> StoredTensor? {
    guard let tensor = contents["hidden_states"], tensor.entry.type.isWeight else { return nil }
    let shape = tensor.entry.shape
    let wanted = [stack.layers + 1, stack.keys]
    return shape.count == 4 && shape[0] == stack.items && Array(shape[1...2]) == wanted
      || shape.count == 3 && stack.items == 1 && Array(shape[0...1]) == wanted ? tensor : nil
  }

  private func hiddenStates(of item: Int, count: Int) -> [Tensor] {
    guard description.recorded?.hasHiddenStates == true,
      let tensor = AttentionFile.hiddenStates(in: contents, stack), let size = tensor.entry.shape.last
    else { return [] }
    return (0...stack.layers).map { state in
      Tensor(shape: [count, size]) { buffer in
        guard let start = buffer.baseAddress else { return }
        try? tensor.read((item * (stack.layers + 1) + state) * stack.keys * size, count: count * size, into: start)
      }
    }
  }

  /// Queries, keys, values and scores of an export with its stages; nil where they are not all there, and fit.
  static func vectors(in contents: ArrayFile, _ stack: ArrayStack) -> RecordedVectors? {
    guard stack.name == "attentions", let queries = contents["queries"], let keys = contents["keys"],
      let values = contents["values"], let context = contents["context"], let scores = contents["scaled_scores"]
    else { return nil }
    let shape = [stack.items, stack.layers, stack.heads, stack.keys]
    for tensor in [queries, keys, values, context] {
      guard tensor.entry.type.isWeight, tensor.entry.shape.count == 5, Array(tensor.entry.shape.prefix(4)) == shape,
        tensor.entry.shape.last == queries.entry.shape.last, (tensor.entry.shape.last ?? 0) > 0
      else { return nil }
    }
    guard scores.entry.type.isWeight, scores.entry.shape == shape + [stack.keys] else { return nil }
    return RecordedVectors(queries: queries, keys: keys, values: values, context: context, scores: scores)
  }
}

/// What an export with its stages holds beside probabilities and hidden states.
struct RecordedVectors {
  /// [item, layer, head, position, headSize]
  let queries: StoredTensor
  let keys: StoredTensor
  let values: StoredTensor
  let context: StoredTensor
  /// [item, layer, head, query, key]
  let scores: StoredTensor

  /// A layer with everything that the file holds of it.
  func trace(
    _ item: Int, _ layer: Int, count: Int, _ probabilities: Tensor, _ mask: AttentionMask
  ) -> LayerTrace {
    let (q, k) = (part(queries, item, layer, count), part(keys, item, layer, count))
    let plain = LayerTrace(
      queries: q, keys: k, values: part(values, item, layer, count), attentionProbabilities: probabilities,
      contextLayer: part(context, item, layer, count), mask: mask, scale: 1)
    let products = plain.scaledScores().values()
    let scaled = part(scores, item, layer, count).values()
    let (scale, bias) = RecordedVectors.scale(of: products, scaled, headSize: q.shape[2])
    return LayerTrace(
      queries: q, keys: k, values: plain.values, attentionProbabilities: probabilities,
      contextLayer: plain.contextLayer,
      mask: mask, scale: scale, scoreBias: bias.map { Tensor(shape: [probabilities.shape[0], count, count], $0) })
  }

  /// What of an item and a layer belongs to the first `count` positions, [head, count, n].
  private func part(_ tensor: StoredTensor, _ item: Int, _ layer: Int, _ count: Int) -> Tensor {
    let shape = tensor.entry.shape
    let (layers, heads, rows, columns) = (shape[1], shape[2], shape[3], shape[4])
    let wanted = tensor.entry.name == scores.entry.name ? count : columns
    return Tensor(shape: [heads, count, wanted]) { buffer in
      guard let start = buffer.baseAddress else { return }
      for head in 0..<heads {
        for row in 0..<count {
          let first = (((item * layers + layer) * heads + head) * rows + row) * columns
          try? tensor.read(first, count: wanted, into: start + (head * count + row) * wanted)
        }
      }
    }
  }

  /// The factor between q · k and the scaled scores, and what is added to them where a factor alone does not explain them.
  private static func scale(of products: [Float], _ scaled: [Float], headSize: Int) -> (Float, bias: [Float]?) {
    // The least squares of a line through both.
    let count = Double(max(products.count, 1))
    let meanProduct = products.reduce(0.0) { $0 + Double($1) } / count
    let meanScaled = scaled.reduce(0.0) { $0 + Double($1) } / count
    var (covariance, variance) = (0.0, 0.0)
    for (product, score) in zip(products, scaled) {
      covariance += (Double(product) - meanProduct) * (Double(score) - meanScaled)
      variance += (Double(product) - meanProduct) * (Double(product) - meanProduct)
    }
    let slope = Float(variance > 0 ? covariance / variance : 1)
    func rest(_ scale: Float) -> (largest: Float, all: [Float]) {
      let all = zip(products, scaled).map { $1 - $0 * scale }
      return (all.reduce(0) { max($0, abs($1)) }, all)
    }
    let largest = scaled.reduce(Float(0)) { max($0, abs($1)) }
    if rest(slope).largest <= 1e-4 * max(largest, 1) { return (slope, nil) }
    // A family adds something, and divides by the root of its head size, as DeBERTa does of two or three times that, or not at all.
    let size = Float(headSize)
    let known = [size, 2 * size, 3 * size].map { 1 / $0.squareRoot() } + [1]
    let scale = known.min { abs($0 - slope) < abs($1 - slope) } ?? 1
    return (scale, rest(scale).all)
  }
}
