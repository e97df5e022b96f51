import Activations

/// What a network predicts.
enum PredictionTask: Sendable, Equatable {
  /// One of so many labels, for each sentence.
  case classification(labels: Int)
  /// Tokens that were replaced.
  case maskedLM
}

/// An encoder with a head on top: where its parameters lie, and its forward and backward pass.
///
/// It has no parameters of its own: `Parameters` are given to each pass.
struct Network: Sendable {
  let architecture: Architecture
  let layout: ParameterLayout
  let task: PredictionTask
  let embeddings: EmbeddingLayer
  let layers: [EncoderLayer]
  let bias: ScoreBias
  let convolution: Convolution?
  let finalNorm: NormLayer?
  let head: Head

  enum Head: Sendable {
    case classification(ClassificationHead)
    case maskedLM(MaskedLMTop)
  }

  init(_ architecture: Architecture, _ task: PredictionTask) throws(TrainingError) {
    self.architecture = architecture
    self.task = task
    let hidden = architecture.hidden
    var layout = ParameterLayout(
      words: architecture.embeddings.words, rows: architecture.vocabulary, size: architecture.embeddings.size)
    let plan = architecture.embeddings
    let normSize = plan.projectsFirst ? hidden : plan.size
    embeddings = EmbeddingLayer(
      plan: plan, positions: plan.positions.map { layout.table($0.name, [$0.rows, plan.size]) },
      tokenTypes: plan.tokenTypes.map { layout.table($0.name, [$0.rows, plan.size]) },
      norm: layout.norm(plan.norm, size: normSize), projection: plan.projection.map { layout.dense($0) })
    layers = architecture.layers.map { plan in
      EncoderLayer(
        plan: plan, queryKeyValue: layout.dense(plan.queryKeyValue),
        attentionOutput: layout.dense(plan.attentionOutput),
        attentionNorm: plan.attentionNorm.map { layout.norm($0, size: hidden) },
        intermediate: layout.dense(plan.intermediate), output: layout.dense(plan.output),
        outputNorm: layout.norm(plan.outputNorm, size: hidden))
    }
    bias = Network.bias(architecture, layers, &layout)
    convolution = architecture.convolution.map { plan in
      Convolution(
        plan: plan, weight: layout.table(plan.weight, [hidden, hidden / plan.groups, plan.kernel]),
        bias: layout.table(plan.bias, [hidden]), norm: layout.norm(plan.norm, size: hidden))
    }
    finalNorm = architecture.finalNorm.map { layout.norm($0, size: hidden) }
    switch task {
    case .classification(let labels):
      head = .classification(ClassificationHead(architecture, labels: labels, &layout))
    case .maskedLM:
      guard let plan = architecture.maskedLM else { throw TrainingError("this family has no masked-LM head") }
      let (vocabulary, size) = (architecture.vocabulary, plan.dense.outputs)
      head = .maskedLM(
        MaskedLMTop(
          plan: plan, dense: layout.dense(plan.dense, isInHead: true),
          norm: layout.norm(plan.norm, size: size, isInHead: true),
          decoder: plan.decoder.map { layout.table($0, [vocabulary, size], isInHead: true) },
          bias: layout.table(plan.bias, [vocabulary], isInHead: true), vocabulary: vocabulary))
    }
    self.layout = layout
  }

  private static func bias(
    _ architecture: Architecture, _ layers: [EncoderLayer], _ layout: inout ParameterLayout
  ) -> ScoreBias {
    let hidden = architecture.hidden
    switch architecture.scoreBias {
    case .none: return .none
    case .buckets(let name, let rows):
      return .buckets(BucketBias(table: layout.table(name, [rows, architecture.heads])))
    case .disentangled(let plan):
      let table = layout.table(plan.embeddings, [2 * plan.span, hidden])
      let norm = plan.norm.map { layout.norm($0, size: hidden) }
      var (keys, queries): ([DenseLayer], [DenseLayer]) = ([], [])
      for (index, layer) in layers.enumerated() {
        if plan.isShared {
          queries.append(layer.queryKeyValue.parts(0..<1, of: 3))
          keys.append(layer.queryKeyValue.parts(1..<2, of: 3))
          continue
        }
        let name = "deberta.encoder.layer.\(index).attention.self"
        if plan.comparesKeys {
          keys.append(layout.dense(DensePlan("\(name).pos_key_proj", inputs: hidden, outputs: hidden)))
        }
        if plan.comparesQueries {
          queries.append(layout.dense(DensePlan("\(name).pos_query_proj", inputs: hidden, outputs: hidden)))
        }
      }
      return .disentangled(
        DisentangledBias(plan: plan, embeddings: table, norm: norm, keys: keys, queries: queries))
    }
  }
}

extension Network {
  /// The entries of the head, a pooler of the base model included.
  var headEntries: Set<Int> {
    switch head {
    case .classification(let head):
      return Set(head.dense.weightEntries).union(head.dense.biasEntries).union(head.norm?.entries ?? 0..<0)
        .union(head.classifier.weightEntries).union(head.classifier.biasEntries)
    case .maskedLM(let head):
      return Set(head.dense.weightEntries).union(head.dense.biasEntries).union(head.norm.entries)
        .union([head.bias.entry]).union(head.decoder.map { [$0.entry] } ?? [])
    }
  }
}

/// What an encoder computed, and its backward pass needs.
struct EncoderRecord<Real: BinaryFloatingPoint & Sendable> {
  let embeddings: EmbeddingLayer.Record<Real>
  let relative: DisentangledBias.Embedded<Real>?
  let layers: [LayerRecord<Real>]
  let convolution: Convolution.Record<Real>?
  /// What the last norm got, where there is one.
  let beforeFinalNorm: Numbers<Real>?
  /// The last hidden state, [row, hidden].
  let output: Numbers<Real>
  /// Whether `output` holds the first row of each sentence alone.
  let onlyFirst: Bool
}

extension Network {
  /// Runs the encoder.
  ///
  /// `onlyFirst`: of the last hidden state only the first row of each sentence is wanted, and is all that there is in `output`:
  /// [sentence, hidden].
  func encode<A: Arithmetic>(
    _ batch: Batch, words: UnsafePointer<A.Real>, onlyFirst: Bool = false, _ pass: Pass<A>
  ) -> EncoderRecord<A.Real> {
    let embedded = embeddings.forward(words: words, batch, epsilon: architecture.epsilon, pass)
    return encode(embedded, batch, onlyFirst: onlyFirst, pass)
  }

  /// The same from the output of the embedding layer on.
  func encode<A: Arithmetic>(
    _ embedded: EmbeddingLayer.Record<A.Real>, _ batch: Batch, onlyFirst: Bool = false, _ pass: Pass<A>
  ) -> EncoderRecord<A.Real> {
    let epsilon = architecture.epsilon
    var relative: DisentangledBias.Embedded<A.Real>?
    if case .disentangled(let bias) = bias { relative = bias.embed(epsilon: epsilon, pass) }
    var records: [LayerRecord<A.Real>] = []
    var convolved: Convolution.Record<A.Real>?
    var hidden = embedded.output
    for layer in applied(batch, relative, onlyFirst: onlyFirst, pass) {
      let record = layer.forward(hidden)
      records.append(record)
      hidden = record.output
      if layer.index == 0, let convolution {
        let (output, kept) = convolution.forward(embedded.output, adding: hidden, batch, epsilon: epsilon, pass)
        convolved = kept
        hidden = output
      }
    }
    var beforeFinalNorm: Numbers<A.Real>?
    if let finalNorm {
      beforeFinalNorm = hidden
      hidden = pass.norm(finalNorm, hidden.pointer, rows: batch.rows, epsilon: epsilon)
    }
    return EncoderRecord(
      embeddings: embedded, relative: relative, layers: records, convolution: convolved,
      beforeFinalNorm: beforeFinalNorm, output: hidden, onlyFirst: onlyFirst)
  }

  /// Whether the last layer can be computed for the first row of each sentence alone: where that is all that the head looks
  /// at, and nothing is added to scores.
  var canComputeOnlyFirst: Bool {
    guard case .classification(let head) = head, case .none = bias, convolution == nil, finalNorm == nil else {
      return false
    }
    return head.plan.pooling == .first
  }

  /// What a backward pass finds of a layer besides gradients of parameters.
  struct LayerGradients<Real: BinaryFloatingPoint & Sendable> {
    /// ∂L/∂context, [row, hidden].
    let context: Numbers<Real>
    /// ∂L/∂probability, [head, query, key] for each sentence; 0 where a pair is blocked.
    let probabilities: [Numbers<Real>]
  }

  /// Differentiates the encoder. `gradient` is ∂L/∂(last hidden state), [row, hidden]. `observe` is given what each layer's
  /// backward pass finds, the last layer first; `observeInput`, after them, ∂L/∂(output of the embedding layer), [row, hidden].
  /// Returns ∂L/∂(sum of embeddings), [row, size].
  @discardableResult
  func differentiate<A: Arithmetic>(
    _ record: EncoderRecord<A.Real>, _ gradient: Numbers<A.Real>, _ batch: Batch, _ pass: Pass<A>,
    observe: ((_ layer: Int, LayerGradients<A.Real>) -> Void)? = nil,
    observeInput: ((Numbers<A.Real>) -> Void)? = nil
  ) -> Numbers<A.Real> {
    let epsilon = architecture.epsilon
    var gradient = gradient
    if let finalNorm, let before = record.beforeFinalNorm {
      gradient = pass.normGradient(
        finalNorm, x: before.copy(), gradient.pointer, rows: batch.rows, epsilon: epsilon)
    }
    var embeddingGradient: Numbers<A.Real>?
    for (layer, kept) in zip(applied(batch, record.relative, onlyFirst: record.onlyFirst, pass), record.layers)
      .reversed()
    {
      if layer.index == 0, let convolution, let convolved = record.convolution {
        let direct = Numbers<A.Real>(batch.rows * architecture.hidden, zeroed: true)
        gradient = convolution.backward(convolved, gradient, addingTo: direct, batch, epsilon: epsilon, pass)
        embeddingGradient = direct
      }
      let result = layer.backward(kept, gradient, keepsProbabilities: observe != nil)
      if let observe, let probabilities = result.probabilities {
        observe(layer.index, LayerGradients(context: result.context, probabilities: probabilities))
      }
      gradient = result.input
    }
    if let direct = embeddingGradient {
      pass.machine.add(direct.pointer, to: gradient.pointer, rows: batch.rows, size: architecture.hidden)
    }
    if case .disentangled(let bias) = bias, let relative = record.relative {
      bias.finishGradients(relative, epsilon: epsilon, pass)
    }
    observeInput?(gradient)
    return embeddings.backward(record.embeddings, gradient, batch, epsilon: epsilon, pass)
  }

  /// The layers as they are applied, one after the other.
  private func applied<A: Arithmetic>(
    _ batch: Batch, _ relative: DisentangledBias.Embedded<A.Real>?, onlyFirst: Bool, _ pass: Pass<A>
  ) -> [AppliedLayer<A>] {
    var shared: [Numbers<A.Real>]?
    if case .buckets(let bias) = bias { shared = bias.values(batch, heads: architecture.heads, pass) }
    let longest = batch.sentences.map(\.positions).max() ?? 0
    var rotaries: [Float: Rotary<A.Real>] = [:]
    return architecture.order.enumerated().map { index, parameters in
      let layer = layers[parameters]
      var rotary: Rotary<A.Real>?
      if let plan = layer.plan.rotary {
        rotary =
          rotaries[plan.base] ?? Rotary(base: plan.base, headSize: architecture.headSize, positions: longest)
        rotaries[plan.base] = rotary
      }
      return AppliedLayer(
        pass: pass, batch: batch, layer: layer, index: index, parameters: parameters, network: architecture,
        bias: bias, relative: relative, rotary: rotary, sharedBias: shared,
        onlyFirst: onlyFirst && index == architecture.order.count - 1)
    }
  }
}
