import Activations
import Encoders

/// A network, its parameters, and what an optimizer keeps of them.
final class TrainingState<A: Arithmetic> {
  typealias Real = A.Real

  let network: Network
  let weights: Weights<Real>
  let gradients: Gradients<Real>
  let machine: Machine<A>
  private let optimizer: AdamW<A>
  private let memory = trainingMemory.lease()
  /// Whether only the prediction layer is trained.
  let onlyHead: Bool

  init(
    _ network: Network, _ weights: Weights<Real>, onlyHead: Bool, weightDecay: Double, on machine: Machine<A>
  ) {
    self.network = network
    self.weights = weights
    self.machine = machine
    self.onlyHead = onlyHead
    let layout = network.layout
    let isTrained = layout.entries.indices.map { index in
      !onlyHead || layout.entries[index].isInHead || weights.newEntries.contains(index)
    }
    var words: WordGradients<Real>?
    if !onlyHead {
      words = WordGradients(
        rows: layout.words.shape[0], size: layout.words.shape[1], isDense: network.task == .maskedLM)
    }
    gradients = Gradients(layout, isTrained: isTrained, words: words)
    optimizer = AdamW(weights, weightDecay: weightDecay, on: machine)
  }

  /// How many parameters a step updates.
  var trainedCount: Int {
    zip(network.layout.entries, gradients.isTrained).reduce(0) { $0 + ($1.1 ? $1.0.count : 0) }
      + (gradients.words == nil ? 0 : network.layout.words.count)
  }

  func pass(dropout: Dropout? = nil, withGradients: Bool) -> Pass<A> {
    Pass(
      machine: machine, values: UnsafePointer(weights.values.pointer), gradients: withGradients ? gradients : nil,
      dropout: dropout)
  }

  var words: UnsafePointer<Real> { UnsafePointer(weights.words.pointer) }

  func touch(_ inputs: [TokenizedInput]) {
    optimizer.touch(Set(inputs.flatMap { $0.inputIDs.map(Int.init) }).sorted())
  }

  // MARK: - Classification

  /// The logits of some sentences, [sentence][label], with all heads.
  func logits(_ inputs: [TokenizedInput]) -> [[Double]] {
    guard case .classification = network.head else { return [] }
    return logits(pooled: pooled(inputs), sentences: inputs.count)
  }

  /// The vectors of sentences that the head looks at, [sentence, hidden].
  func pooled(_ inputs: [TokenizedInput]) -> Numbers<Real> {
    guard case .classification(let head) = network.head else { return Numbers(0) }
    if !onlyHead { touch(inputs) }
    let batch = Batch(inputs, for: network.architecture)
    let pass = pass(withGradients: false)
    let encoded = network.encode(batch, words: words, onlyFirst: network.canComputeOnlyFirst, pass)
    return encoded.onlyFirst ? encoded.output : head.pool(encoded.output, batch, pass)
  }

  func logits(pooled: Numbers<Real>, sentences: Int) -> [[Double]] {
    guard case .classification(let head) = network.head else { return [] }
    let record = head.forward(
      pooled, sentences: sentences, epsilon: network.architecture.epsilon, pass(withGradients: false))
    return (0..<sentences).map { row in
      (0..<head.labels).map { Double(record.logits.pointer[row * head.labels + $0]) }
    }
  }

  /// The mean loss of a batch, its logits, and the gradients of all that is trained.
  func differentiate(
    _ inputs: [TokenizedInput], labels: [Int], dropout: Dropout? = nil
  ) -> (loss: Double, logits: [[Double]]) {
    guard case .classification(let head) = network.head else { return (.nan, []) }
    touch(inputs)
    gradients.reset()
    let batch = Batch(inputs, for: network.architecture)
    let pass = pass(dropout: dropout, withGradients: true)
    let epsilon = network.architecture.epsilon
    let encoded = network.encode(batch, words: words, onlyFirst: network.canComputeOnlyFirst, pass)
    let pooled = encoded.onlyFirst ? encoded.output : head.pool(encoded.output, batch, pass)
    let record = head.forward(pooled, sentences: inputs.count, epsilon: epsilon, pass)
    let (loss, gradient) = CrossEntropyLoss.value(record.logits, labels: labels)
    let logits = rows(record.logits, inputs.count, head.labels)
    let pooledGradient = head.backward(record, gradient, sentences: inputs.count, epsilon: epsilon, pass)
    if !onlyHead {
      network.differentiate(
        encoded, encoded.onlyFirst ? pooledGradient : head.poolGradient(pooledGradient, batch, pass), batch, pass)
    }
    return (loss, logits)
  }

  /// The same from vectors that a frozen encoder gave.
  func differentiate(
    pooled: Numbers<Real>, labels: [Int], dropout: Dropout?
  ) -> (loss: Double, logits: [[Double]]) {
    guard case .classification(let head) = network.head else { return (.nan, []) }
    gradients.reset()
    let pass = pass(dropout: dropout, withGradients: true)
    let epsilon = network.architecture.epsilon
    let record = head.forward(pooled, sentences: labels.count, epsilon: epsilon, pass)
    let (loss, gradient) = CrossEntropyLoss.value(record.logits, labels: labels)
    let logits = rows(record.logits, labels.count, head.labels)
    _ = head.backward(record, gradient, sentences: labels.count, epsilon: epsilon, pass)
    return (loss, logits)
  }

  private func rows(_ numbers: Numbers<Real>, _ count: Int, _ size: Int) -> [[Double]] {
    (0..<count).map { row in (0..<size).map { Double(numbers.pointer[row * size + $0]) } }
  }

  // MARK: - Masked-LM

  /// The mean loss of the tokens at some places, [sentence, position], of a batch in which they were replaced; with the
  /// gradients of all that is trained where that is asked for. Also how many of them are predicted best.
  func differentiate(
    _ inputs: [TokenizedInput], tokens: [(sentence: Int, position: Int, id: Int)], dropout: Dropout? = nil,
    withGradients: Bool = true
  ) -> (loss: Double, correct: Int) {
    guard case .maskedLM(let head) = network.head else { return (.nan, 0) }
    if !onlyHead { touch(inputs) }
    gradients.reset()
    let batch = Batch(inputs, for: network.architecture)
    let pass = pass(dropout: dropout, withGradients: withGradients)
    let epsilon = network.architecture.epsilon
    let encoded = network.encode(batch, words: words, pass)
    let places = tokens.map { batch.sentences[$0.sentence].rows.lowerBound + $0.position }
    let record = head.forward(encoded.output, rows: places, words: words, epsilon: epsilon, pass)
    let (loss, gradient) = CrossEntropyLoss.value(record.logits, labels: tokens.map(\.id))
    let correct = tokens.enumerated().count { place, token in
      let row = record.logits.pointer + place * head.vocabulary
      return (0..<head.vocabulary).max { row[$0] < row[$1] } == token.id
    }
    if withGradients {
      let hidden = head.backward(
        record, gradient, rows: places, of: batch.rows, words: words, epsilon: epsilon, pass)
      if !onlyHead { network.differentiate(encoded, hidden, batch, pass) }
    }
    return (loss, correct)
  }

  // MARK: - Steps

  /// The Euclidean norm of the gradients.
  func gradientNorm() -> Double { optimizer.norm(of: gradients) }

  /// Takes a step with the gradients that were computed last.
  func step(norm: Double, rate: Double, headRate: Double) {
    optimizer.step(gradients, norm: norm, rate: rate, headRate: headRate)
  }

  /// The parameters as they are now, by the names that `save_pretrained` writes.
  func store() -> ParameterStore {
    weights.store(wordScale: optimizer.wordScale, isTouched: optimizer.isTouched)
  }

  /// The gradients that were computed last, of every parameter that is trained and that the loss depends on, in float32.
  func gradientStore() -> ParameterStore {
    var store = ParameterStore()
    for (index, entry) in network.layout.entries.enumerated()
    where gradients.isTrained[index] && gradients.isWritten[index] {
      store[entry.name] = Tensor(shape: entry.shape) { target in
        for i in 0..<entry.count { target[i] = Float(gradients.numbers.pointer[entry.offset + i]) }
      }
    }
    if let words = gradients.words {
      store[network.layout.words.name] = Tensor(shape: network.layout.words.shape) { target in
        target.update(repeating: 0)
        for row in words.isDense ? Array(0..<words.rows) : words.ids {
          for i in 0..<words.size { target[row * words.size + i] = Float(words.row(row)[i]) }
        }
      }
    }
    return store
  }
}
