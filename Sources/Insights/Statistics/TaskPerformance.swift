/// How a prediction layer does on labelled sentences.
public struct TaskPerformance: Sendable, Equatable {
  /// How many sentences there are.
  public let sentences: Int
  /// The share of them that get their label.
  public let accuracy: Double
  /// The mean over sentences of the logit of the right label minus the largest of all others: below 0 where a sentence gets another
  /// label. NaN where a logit is.
  public let margin: Double

  /// - Parameters:
  ///   - logits: [sentence][label], at least two labels.
  ///   - labels: the right one of each sentence.
  public init(logits: [[Double]], labels: [Int]) {
    var (right, sum, count) = (0, 0.0, 0)
    for (logits, label) in zip(logits, labels) where logits.indices.contains(label) {
      count += 1
      // The first of equal logits is predicted.
      if logits.indices.max(by: { logits[$0] < logits[$1] }) == label { right += 1 }
      var other = -Double.infinity
      for (id, logit) in logits.enumerated() where id != label { other = logit > other || logit.isNaN ? logit : other }
      sum += logits[label] - other
    }
    sentences = count
    accuracy = Double(right) / Double(max(count, 1))
    margin = sum / Double(max(count, 1))
  }
}
