/// Where the parameters of a layer lie.
struct EncoderLayer: Sendable {
  let plan: LayerPlan
  let queryKeyValue: DenseLayer
  let attentionOutput: DenseLayer
  let attentionNorm: NormLayer?
  let intermediate: DenseLayer
  let output: DenseLayer
  let outputNorm: NormLayer
}

/// What a layer computed, and its backward pass needs.
struct LayerRecord<Real: BinaryFloatingPoint & Sendable> {
  /// The layer's input, [row, hidden].
  let input: Numbers<Real>
  /// What is projected to queries, keys and values: the input, or its norm.
  let projected: Numbers<Real>
  let attention: AttentionRecord<Real>
  let relative: DisentangledBias.Projected<Real>?
  /// The attention's output plus the input, before a norm.
  let attended: Numbers<Real>
  /// What the feed-forward gets: the norm of `attended`.
  let normalized: Numbers<Real>
  /// Before the activation function: [row, intermediate], or twice as many where it is gated.
  let inner: Numbers<Real>
  /// What the feed-forward's output is made of: [row, intermediate].
  let activated: Numbers<Real>
  /// The feed-forward's output plus what it is added to, before the norm; nil where none follows.
  let sum: Numbers<Real>?
  /// The layer's output, [row, hidden].
  let output: Numbers<Real>
}

/// A layer as one pass applies it.
struct AppliedLayer<A: Arithmetic> {
  typealias Real = A.Real

  let pass: Pass<A>
  let batch: Batch
  let layer: EncoderLayer
  /// Counted as layers are applied.
  let index: Int
  /// Counted as their parameters are stored.
  let parameters: Int
  let network: Architecture
  let bias: ScoreBias
  /// The embeddings of relative positions, where there are some.
  let relative: DisentangledBias.Embedded<Real>?
  let rotary: Rotary<Real>?
  /// MPNet's bias, which is the same in all layers.
  let sharedBias: [Numbers<Real>]?
  /// Whether only the first row of each sentence is computed of what follows keys and values.
  let onlyFirst: Bool

  /// How many rows the layer's output has.
  private var rows: Int { onlyFirst ? batch.sentences.count : batch.rows }
  private var hidden: Int { network.hidden }
  private var epsilon: Float { network.epsilon }
  private var scale: Real { Real(network.scoreScale) }
  private var isGated: Bool { layer.plan.rotary != nil }

  private var attention: Attention<A> {
    Attention(
      pass: pass, batch: batch, layer: index, heads: network.heads, headSize: network.headSize, scale: scale,
      visible: batch.visibleKeys(window: layer.plan.rotary?.window), onlyFirst: onlyFirst)
  }

  // MARK: - Forward

  func forward(_ input: Numbers<Real>) -> LayerRecord<Real> {
    var projected = input
    if isGated, let norm = layer.attentionNorm {
      projected = pass.norm(norm, input.pointer, rows: rows, epsilon: epsilon)
    }
    let residual = onlyFirst ? firstRows(input) : input
    let projections = project(projected)
    rotary?.turn(projections.all, batch, heads: 2 * network.heads, stride: 3 * hidden)
    var relativeParts: DisentangledBias.Projected<Real>?
    var biases = sharedBias
    if case .disentangled(let bias) = bias, let relative {
      let parts = bias.project(layer: parameters, relative, pass)
      biases = bias.values(
        parts, projections.all, batch, heads: network.heads, headSize: network.headSize, scale: scale, pass)
      relativeParts = parts
    }
    let attended = attention.forward(projections, biases: biases)
    let sum = pass.dense(layer.attentionOutput, attended.context.pointer, rows: rows)
    if network.dropsAttentionOutput { pass.drop(sum, at: .attentionOutput(layer: index)) }
    pass.machine.add(residual.pointer, to: sum.pointer, rows: rows, size: hidden)
    let feedForwardNorm = isGated ? layer.outputNorm : layer.attentionNorm ?? layer.outputNorm
    let normalized = pass.norm(feedForwardNorm, sum.pointer, rows: rows, epsilon: epsilon)
    let inner = pass.dense(layer.intermediate, normalized.pointer, rows: rows)
    let activated = isGated ? gate(inner) : pass.activate(network.activation, inner, rows: rows)
    if isGated { pass.drop(activated, at: .feedForward(layer: index)) }
    let result = pass.dense(layer.output, activated.pointer, rows: rows)
    if !isGated, network.dropsFeedForward { pass.drop(result, at: .feedForward(layer: index)) }
    pass.machine.add((isGated ? sum : normalized).pointer, to: result.pointer, rows: rows, size: hidden)
    let output =
      isGated ? result : pass.norm(layer.outputNorm, result.pointer, rows: rows, epsilon: epsilon)
    return LayerRecord(
      input: input, projected: projected, attention: attended, relative: relativeParts, attended: sum,
      normalized: normalized, inner: inner, activated: activated, sum: isGated ? nil : result, output: output)
  }

  /// Queries, keys and values of all rows, [row, hidden]; or the first queries, and keys and values.
  private func project(_ input: Numbers<Real>) -> Projections<Real> {
    guard onlyFirst else {
      return Projections(
        all: pass.dense(layer.queryKeyValue, input.pointer, rows: batch.rows), firstQueries: nil, hidden: hidden)
    }
    let first = firstRows(input)
    return withExtendedLifetime(first) {
      Projections(
        all: pass.dense(layer.queryKeyValue.parts(1..<3, of: 3), input.pointer, rows: batch.rows),
        firstQueries: pass.dense(layer.queryKeyValue.parts(0..<1, of: 3), first.pointer, rows: batch.sentences.count),
        hidden: hidden)
    }
  }

  /// Differentiates `project`: ∂L/∂input, [row, hidden], which is added to `target` where there is one.
  private func projectGradient(
    _ input: Numbers<Real>, _ gradient: Projections<Real>, addingTo target: Numbers<Real>?
  ) -> Numbers<Real> {
    guard let queries = gradient.firstQueries else {
      return pass.denseGradient(
        layer.queryKeyValue, x: input.pointer, gradient.all.pointer, rows: batch.rows, addingTo: target)
        ?? gradient.all
    }
    let result =
      pass.denseGradient(
        layer.queryKeyValue.parts(1..<3, of: 3), x: input.pointer, gradient.all.pointer, rows: batch.rows)
      ?? gradient.all
    let first = target ?? Numbers<Real>(rows * hidden, zeroed: true)
    let rowsOfQueries = firstRows(input)
    withExtendedLifetime(rowsOfQueries) {
      _ = pass.denseGradient(
        layer.queryKeyValue.parts(0..<1, of: 3), x: rowsOfQueries.pointer, queries.pointer, rows: rows,
        addingTo: first)
    }
    for (index, sentence) in batch.sentences.enumerated() {
      let row = result.pointer + sentence.rows.lowerBound * hidden
      for i in 0..<hidden { row[i] += first.pointer[index * hidden + i] }
    }
    return result
  }

  /// The first row of each sentence: [sentence, hidden].
  private func firstRows(_ numbers: Numbers<Real>) -> Numbers<Real> {
    let result = Numbers<Real>(batch.sentences.count * hidden)
    for (index, sentence) in batch.sentences.enumerated() {
      (result.pointer + index * hidden).update(
        from: numbers.pointer + sentence.rows.lowerBound * hidden, count: hidden)
    }
    return result
  }

  /// f(u) ∘ g, where u and g are the two halves of each row of `inner`.
  private func gate(_ inner: Numbers<Real>) -> Numbers<Real> {
    let size = network.intermediate
    let result = Numbers<Real>(rows * size)
    pass.machine.forRows(rows, each: size) { part in
      for row in part {
        let (source, target) = (inner.pointer + row * 2 * size, result.pointer + row * size)
        target.update(from: source, count: size)
        pass.arithmetic.activate(network.activation, target, count: size)
        for i in 0..<size { target[i] *= source[size + i] }
      }
    }
    return result
  }

  /// Differentiates f(u) ∘ g: ∂L/∂u = ∂L/∂y ∘ g ∘ f'(u), ∂L/∂g = ∂L/∂y ∘ f(u), beside each other as u and g are.
  private func gateGradient(_ inner: Numbers<Real>, _ gradient: Numbers<Real>) -> Numbers<Real> {
    let size = network.intermediate
    let result = Numbers<Real>(rows * 2 * size)
    pass.machine.forRows(rows, each: size) { part in
      for row in part {
        let (source, target) = (inner.pointer + row * 2 * size, result.pointer + row * 2 * size)
        let gradient = gradient.pointer + row * size
        let gates = target + size
        gates.update(from: source, count: size)
        pass.arithmetic.activate(network.activation, gates, count: size)
        for i in 0..<size {
          gates[i] *= gradient[i]
          target[i] = gradient[i] * source[size + i]
        }
        pass.arithmetic.activationGradient(network.activation, source, gradient: target, count: size)
      }
    }
    return result
  }

  // MARK: - Backward

  /// What a backward pass through a layer finds besides the gradients of parameters.
  struct Result {
    /// ∂L/∂input, [row, hidden].
    var input: Numbers<Real>
    /// ∂L/∂context, [row, hidden].
    var context: Numbers<Real>
    /// ∂L/∂probability before it became that of scores, 0 where a pair is blocked: kept only where it is asked for.
    var probabilities: [Numbers<Real>]?
  }

  /// Differentiates the layer. `gradient` is ∂L/∂output, [row, hidden].
  func backward(
    _ record: LayerRecord<Real>, _ gradient: Numbers<Real>, keepsProbabilities: Bool = false
  ) -> Result {
    isGated
      ? backwardPreNorm(record, gradient, keepsProbabilities: keepsProbabilities)
      : backwardPostNorm(record, gradient, keepsProbabilities: keepsProbabilities)
  }

  /// output = norm₂(s₂), s₂ = W₂ f(W₁ n + b₁) + b₂ + n, n = norm₁(s₁), s₁ = Wₒ context + bₒ + input.
  private func backwardPostNorm(
    _ record: LayerRecord<Real>, _ gradient: Numbers<Real>, keepsProbabilities: Bool
  ) -> Result {
    let sum = pass.normGradient(
      layer.outputNorm, x: record.sum ?? record.output, gradient.pointer, rows: rows, epsilon: epsilon)
    let output = network.dropsFeedForward ? dropped(sum, at: .feedForward(layer: index)) : sum
    let inner = dense(layer.output, record.activated, output)
    pass.activationGradient(network.activation, x: record.inner, inner, rows: rows)
    pass.denseGradient(
      layer.intermediate, x: record.normalized.pointer, inner.pointer, rows: rows, addingTo: sum)
    let attended = pass.normGradient(
      layer.attentionNorm ?? layer.outputNorm, x: record.attended, sum.pointer, rows: rows, epsilon: epsilon)
    return attentionGradient(record, attended, addingTo: attended, keepsProbabilities: keepsProbabilities)
  }

  /// output = r + W₂ (f(u) ∘ g), [u g] = W₁ norm₂(r), r = input + Wₒ context, where the attention is that of norm₁(input).
  private func backwardPreNorm(
    _ record: LayerRecord<Real>, _ gradient: Numbers<Real>, keepsProbabilities: Bool
  ) -> Result {
    let activated = dense(layer.output, record.activated, gradient)
    pass.drop(activated, at: .feedForward(layer: index))
    let inner = gateGradient(record.inner, activated)
    let normalized = dense(layer.intermediate, record.normalized, inner)
    let attended = pass.normGradient(
      layer.outputNorm, x: record.attended, normalized.pointer, rows: rows, epsilon: epsilon)
    pass.machine.add(gradient.pointer, to: attended.pointer, rows: rows, size: hidden)
    guard let norm = layer.attentionNorm else {
      return attentionGradient(record, attended, addingTo: attended, keepsProbabilities: keepsProbabilities)
    }
    var result = attentionGradient(record, attended, addingTo: nil, keepsProbabilities: keepsProbabilities)
    let input = pass.normGradient(norm, x: record.input.copy(), result.input.pointer, rows: rows, epsilon: epsilon)
    pass.machine.add(attended.pointer, to: input.pointer, rows: rows, size: hidden)
    result.input = input
    return result
  }

  /// From ∂L/∂(attention's output plus input) to ∂L/∂input, which is added to `target` where there is one.
  private func attentionGradient(
    _ record: LayerRecord<Real>, _ gradient: Numbers<Real>, addingTo target: Numbers<Real>?, keepsProbabilities: Bool
  ) -> Result {
    let output =
      network.dropsAttentionOutput ? dropped(gradient, at: .attentionOutput(layer: index)) : gradient
    let context = dense(layer.attentionOutput, record.attention.context, output)
    let attention = attention
    attention.silence(context)
    let probabilities = attention.probabilityGradients(record.attention, context)
    let kept = keepsProbabilities ? attention.visibleOnly(probabilities) : nil
    let (projections, scores) = attention.backward(record.attention, context, probabilities)
    switch bias {
    case .none: break
    case .buckets(let bias): bias.addGradient(scores, batch, heads: network.heads, pass)
    case .disentangled(let bias):
      if let relative, let parts = record.relative {
        bias.addGradients(
          layer: parameters, relative, parts, scores: scores, record.attention.projections.all,
          fusedGradient: projections.all, batch,
          heads: network.heads, headSize: network.headSize, scale: scale, pass)
      }
    }
    rotary?.turn(projections.all, batch, heads: 2 * network.heads, stride: 3 * hidden, back: true)
    let input = projectGradient(record.projected, projections, addingTo: target)
    return Result(input: input, context: context, probabilities: kept)
  }

  private func dense(_ layer: DenseLayer, _ x: Numbers<Real>, _ gradient: Numbers<Real>) -> Numbers<Real> {
    pass.denseGradient(layer, x: x.pointer, gradient.pointer, rows: rows) ?? gradient
  }

  /// A copy of which some numbers are dropped; the same block where nothing is.
  private func dropped(_ numbers: Numbers<Real>, at place: DropoutPlace) -> Numbers<Real> {
    guard pass.dropout != nil else { return numbers }
    let copy = numbers.copy()
    pass.drop(copy, at: place)
    return copy
  }
}
