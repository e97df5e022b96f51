import Activations

/// How much heads matter for a loss: for each, the mean over sentences of |Σ c ∘ ∂L/∂c| over positions and dimensions, where c is
/// the head's context, its output. That is |∂L/∂ξ| for a gate ξ that the head's output is multiplied by
/// (Michel, Levy, Neubig 2019, *Are Sixteen Heads Really Better than One?*).
package struct HeadImportance: Sendable, Equatable {
  /// [layer][head]
  package let values: [[Double]]

  /// The same, divided by the Euclidean norm of each layer's values, as the paper prunes by; a layer of zeros stays so.
  package var normalized: [[Double]] {
    values.map { layer in
      let norm = layer.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return norm > 0 ? layer.map { $0 / norm } : layer
    }
  }
}

extension TrainingState {
  /// How much heads matter for the loss of labelled sentences, whose own losses are taken one by one.
  func importance(_ examples: ClassificationExamples, sentencesTogether: Int = 32) -> HeadImportance {
    guard case .classification(let head) = network.head else { return HeadImportance(values: []) }
    let network = network
    let (heads, size) = (network.architecture.heads, network.architecture.headSize)
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
            var product = 0.0
            for row in sentence.rows {
              let start = row * heads * size + head * size
              for i in start..<start + size { product += Double(context.pointer[i]) * Double(found.context.pointer[i]) }
            }
            sums[layer][head] += abs(product)
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
