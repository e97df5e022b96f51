import Activations

/// How much heads matter for a loss: for each, the mean over sentences of |Σ c ∘ ∂L/∂c| over positions and dimensions, where c is
/// the head's context, its output. That is |∂L/∂ξ| for a gate ξ that the head's output is multiplied by
/// (Michel, Levy, Neubig 2019, *Are Sixteen Heads Really Better than One?*).
package struct HeadImportance: Sendable, Equatable {
  /// [layer][head]
  package let values: [[Double]]
}

extension TrainingState {
  /// How much heads matter for the loss of labelled sentences, whose own losses are taken one by one.
  func importance(_ examples: ClassificationExamples, sentencesTogether: Int = 32) -> HeadImportance {
    guard case .classification(let head) = network.head else { return HeadImportance(values: []) }
    let network = network
    let heads = network.architecture.heads
    var sums = network.architecture.order.map { _ in [Double](repeating: 0, count: heads) }
    for first in stride(from: 0, to: examples.inputs.count, by: sentencesTogether) {
      let some = first..<min(examples.inputs.count, first + sentencesTogether)
      let batch = Batch(Array(examples.inputs[some]), for: network.architecture)
      let pass = pass(withGradients: false)
      touch(batch.sentences.map(\.input))
      let encoded = network.encode(batch, words: words, pass)
      let record = head.forward(
        head.pool(encoded.output, batch, pass), sentences: some.count, epsilon: network.architecture.epsilon, pass)
      // The loss is a mean; the sum's gradient holds those of the single sentences.
      let (_, gradient) = CrossEntropyLoss.value(record.logits, labels: Array(examples.labels[some]))
      for index in 0..<gradient.count { gradient.pointer[index] *= Real(some.count) }
      let pooled = head.backward(
        record, gradient, sentences: some.count, epsilon: network.architecture.epsilon, pass)
      network.differentiate(encoded, head.poolGradient(pooled, batch, pass), batch, pass) { layer, found in
        let context = encoded.layers[layer].attention.context
        for sentence in batch.sentences {
          for head in 0..<heads {
            sums[layer][head] += abs(network.gateGradient(of: head, context, found.context, rows: sentence.rows))
          }
        }
      }
    }
    let count = Double(max(1, examples.inputs.count))
    return HeadImportance(values: sums.map { $0.map { $0 / count } })
  }
}

extension ClassificationRun {
  /// How much heads matter now for the loss of labelled sentences.
  package func importance(_ examples: ClassificationExamples) -> HeadImportance { state.importance(examples) }
}
