import Support

/// The mean over rows of -log softmax(logits)[label].
package enum CrossEntropyLoss {
  /// The loss, and its gradient with respect to `logits`, [row, label]: (softmax(logits) - one-hot label) / rows.
  static func value<Real: BinaryFloatingPoint & Sendable>(
    _ logits: Numbers<Real>, labels: [Int]
  ) -> (loss: Double, gradient: Numbers<Real>) {
    let classes = logits.count / max(1, labels.count)
    let gradient = Numbers<Real>(logits.count)
    var loss = 0.0
    for (row, label) in labels.enumerated() {
      let probabilities = softmax((0..<classes).map { Double(logits.pointer[row * classes + $0]) })
      loss -= probabilities.logarithms[label]
      for index in 0..<classes {
        let difference = probabilities.values[index] - (index == label ? 1 : 0)
        gradient.pointer[row * classes + index] = Real(difference / Double(labels.count))
      }
    }
    return (loss / Double(max(1, labels.count)), gradient)
  }
}

/// The softmax of some logits, in double precision, and its logarithms.
package func softmax(_ logits: [Double]) -> (values: [Double], logarithms: [Double]) {
  let largest = logits.max() ?? 0
  let powers = logits.map { exponential($0 - largest) }
  let sum = powers.reduce(0, +)
  return (powers.map { $0 / sum }, logits.map { $0 - largest - logarithm(sum) })
}
