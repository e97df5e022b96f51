import Activations
import Compute
import Encoders
import JSON

/// The classification head of a checkpoint, for hidden states that its encoder has computed.
package struct SentenceClassifier: Sendable {
  /// The labels, by their ids.
  package let labels: [String]
  private let architecture: Architecture
  private let head: ClassificationHead
  private let values: Numbers<Float>

  /// - Throws: where the checkpoint has no head, or one with parts missing.
  package init(_ model: PretrainedModel) throws(TrainingError) {
    guard let labels = model.labels else {
      throw TrainingError(
        "\(model.name) has no classification head: it predicts no labels; 'headscope train' puts one on top")
    }
    try self.init(model.architecture, labels: labels, model.store)
  }

  /// - Parameter store: holds at least the head's parameters.
  package init(
    _ architecture: Architecture, labels: [String], _ store: ParameterStore
  ) throws(TrainingError) {
    self.labels = labels
    self.architecture = architecture
    var layout = ParameterLayout(words: architecture.embeddings.words, rows: 0, size: 0)
    head = ClassificationHead(architecture, labels: labels.count, &layout)
    values = try Weights<Float>.head(layout, architecture, from: store)
  }

  /// The logits, by labels, of a sentence's last hidden state, [position, hidden].
  package func logits(_ lastHiddenState: Tensor, _ input: TokenizedInput) -> [Double] {
    let batch = Batch([input], for: architecture)
    let hidden = Numbers<Float>(lastHiddenState.count)
    for (index, value) in lastHiddenState.values().enumerated() { hidden.pointer[index] = value }
    let pass = Pass(machine: Machine(VectorArithmetic()), values: UnsafePointer(values.pointer), gradients: nil)
    let record = head.forward(
      head.pool(hidden, batch, pass), sentences: 1, epsilon: architecture.epsilon, pass)
    return (0..<labels.count).map { Double(record.logits.pointer[$0]) }
  }

  /// The logit of a label of the only sentence of a batch, and its gradient, for a last hidden state, [position, hidden].
  func logit(of label: Int, _ hidden: Numbers<Float>, _ batch: Batch) -> OutputNumber<Float> {
    let pass = Pass(machine: Machine(VectorArithmetic()), values: UnsafePointer(values.pointer), gradients: nil)
    return head.logit(of: label, hidden, batch, epsilon: architecture.epsilon, pass)
  }
}
