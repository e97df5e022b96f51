import Activations
import Explorer

/// Gradients that are made up, so that pictures of them are the same on every processor.
public struct SyntheticAttribution: Attributing {
  /// All numbers are multiplied by it.
  public var scale: Float = 1
  /// What is said instead of an answer; nil: there is one.
  public var failure: String?

  /// Gradients of this size, or why there are none.
  public init(scale: Float = 1, failure: String? = nil) {
    self.scale = scale
    self.failure = failure
  }

  /// A label's logit, which every other pair of tokens makes larger.
  public func attribution(
    _ question: AttributionQuestion, isCancelled: @Sendable () -> Bool
  ) throws(AnalysisFailure) -> Attribution? {
    if let failure { throw AnalysisFailure(failure) }
    guard let encoding = question.results[.shown]?.encoding else { return nil }
    let layers = encoding.trace.layers
    let gradients = layers.enumerated().map { index, layer in
      Tensor(shape: layer.attentionProbabilities.shape) { numbers in
        for place in numbers.indices { numbers[place] = Float((place + index) % 5 - 1) / 4 * scale }
      }
    }
    return Attribution(
      question.target ?? .label(1), .label("agent", probability: 0.75), value: 2.5, choices: [.label(0), .label(1)],
      layers: layers, gradients: gradients,
      gates: layers.indices.map { layer in (0..<encoding.trace.heads).map { Double($0 - layer) / 8 * Double(scale) } },
      tokens: (0..<encoding.input.count).map { Double($0 % 4 - 1) / 8 * Double(scale) })
  }

  /// Without a head, y is a little smaller.
  public func withoutHeads(
    _ question: AttributionQuestion, isCancelled: @Sendable () -> Bool
  ) throws(AnalysisFailure) -> [[Double]]? {
    if let failure { throw AnalysisFailure(failure) }
    guard let trace = question.results[.shown]?.encoding.trace else { return nil }
    return trace.layers.indices.map { layer in (0..<trace.heads).map { 2.5 - Double($0 + layer) / 64 } }
  }
}
