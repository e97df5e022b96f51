/// `...ForSequenceClassification`: a vector of each sentence, a dense layer, and a classifier.
struct ClassificationHead: Sendable {
  let plan: ClassificationPlan
  let dense: DenseLayer
  let norm: NormLayer?
  let classifier: DenseLayer

  var labels: Int { classifier.outputs }

  /// Adds the parameters of a head for so many labels to a layout.
  init(_ architecture: Architecture, labels: Int, _ layout: inout ParameterLayout) {
    plan = architecture.classification
    dense = layout.dense(plan.dense, isInHead: !plan.denseIsInBase)
    norm = plan.norm.map { layout.norm($0, size: architecture.hidden, isInHead: true) }
    classifier = layout.dense(
      DensePlan(plan.classifier, inputs: architecture.hidden, outputs: labels), isInHead: true)
  }

  struct Record<Real: BinaryFloatingPoint & Sendable> {
    /// What the dense layer got, [sentence, hidden].
    let pooled: Numbers<Real>
    /// Before its activation function.
    let inner: Numbers<Real>
    /// After it.
    let activated: Numbers<Real>
    /// What the classifier got.
    let features: Numbers<Real>
    /// [sentence, label]
    let logits: Numbers<Real>
  }

  /// The vectors that the head looks at, [sentence, hidden], of the last hidden state, [row, hidden].
  /// Not for the output of an encoder that computes first rows only: that is pooled already.
  func pool<A: Arithmetic>(_ hidden: Numbers<A.Real>, _ batch: Batch, _ pass: Pass<A>) -> Numbers<A.Real> {
    let size = dense.inputs
    let result = Numbers<A.Real>(batch.sentences.count * size, zeroed: true)
    for (index, sentence) in batch.sentences.enumerated() {
      let target = result.pointer + index * size
      for (row, weight) in weights(sentence) {
        let source = hidden.pointer + row * size
        for i in 0..<size { target[i] += A.Real(weight) * source[i] }
      }
    }
    return result
  }

  /// Differentiates `pool`: [row, hidden].
  func poolGradient<A: Arithmetic>(_ gradient: Numbers<A.Real>, _ batch: Batch, _ pass: Pass<A>) -> Numbers<A.Real> {
    let size = dense.inputs
    let result = Numbers<A.Real>(batch.rows * size, zeroed: true)
    for (index, sentence) in batch.sentences.enumerated() {
      let source = gradient.pointer + index * size
      for (row, weight) in weights(sentence) {
        let target = result.pointer + row * size
        for i in 0..<size { target[i] += A.Real(weight) * source[i] }
      }
    }
    return result
  }

  /// Which rows of a sentence count, and how much.
  private func weights(_ sentence: Batch.Sentence) -> [(row: Int, weight: Double)] {
    switch plan.pooling {
    case .first: return [(sentence.rows.lowerBound, 1)]
    case .mean:
      let real = zip(sentence.rows, sentence.input.attentionMask).filter(\.1).map(\.0)
      return real.map { ($0, 1 / Double(real.count)) }
    }
  }

  /// `pooled` is [sentence, hidden].
  func forward<A: Arithmetic>(
    _ pooled: Numbers<A.Real>, sentences: Int, epsilon: Float, _ pass: Pass<A>
  ) -> Record<A.Real> {
    var input = pooled
    if plan.dropsInput, pass.dropout != nil {
      input = pooled.copy()
      pass.drop(input, at: .headInput)
    }
    let inner = pass.dense(dense, input.pointer, rows: sentences)
    let activated = pass.activate(plan.activation, inner, rows: sentences)
    var features = activated
    if let norm {
      features = pass.norm(norm, activated.pointer, rows: sentences, epsilon: epsilon)
    } else if pass.dropout != nil {
      features = activated.copy()
    }
    pass.drop(features, at: .classifier)
    let logits = pass.dense(classifier, features.pointer, rows: sentences)
    return Record(pooled: input, inner: inner, activated: activated, features: features, logits: logits)
  }

  /// Differentiates it: returns ∂L/∂pooled, [sentence, hidden]. `gradient` is ∂L/∂logits.
  func backward<A: Arithmetic>(
    _ record: Record<A.Real>, _ gradient: Numbers<A.Real>, sentences: Int, epsilon: Float, _ pass: Pass<A>
  ) -> Numbers<A.Real> {
    var features =
      pass.denseGradient(classifier, x: record.features.pointer, gradient.pointer, rows: sentences) ?? gradient
    pass.drop(features, at: .classifier)
    if let norm {
      features = pass.normGradient(
        norm, x: record.activated.copy(), features.pointer, rows: sentences, epsilon: epsilon)
    }
    pass.activationGradient(plan.activation, x: record.inner, features, rows: sentences)
    let input = pass.denseGradient(dense, x: record.pooled.pointer, features.pointer, rows: sentences) ?? features
    if plan.dropsInput { pass.drop(input, at: .headInput) }
    return input
  }
}
