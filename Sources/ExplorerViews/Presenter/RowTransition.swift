import Explorer
import Insights
import Support

/// How a row of scores turns into probabilities, as far as a picture shows it: the lengths of its bars.
///
/// First e^score grows out of the scores, then all are divided by their sum: the two things that softmax does. The lengths
/// are a function of the numbers and of `progress` alone.
struct RowTransition {
  /// What the bars stand for at a moment.
  enum Stage: Sendable {
    case scores, exponentials, probabilities

    var words: String {
      switch self {
      case .scores: "masked scores"
      case .exponentials: "e to the masked score"
      case .probabilities: "divided by the sum"
      }
    }
  }

  let stage: Stage
  /// A length from 0 to 1 for each key; 0 where the mask blocks it, and where its number is not finite.
  let lengths: [Double]

  /// - Parameters:
  ///   - scores: the masked scores of a query, -infinity where a key is blocked.
  ///   - progress: from 0 (scores) to 1 (probabilities).
  init(scores: [Float], probabilities: [Float], progress: Double) {
    let visible = scores.map { $0.isFinite }
    let finite = scores.filter(\.isFinite).map(Double.init)
    let (lowest, highest) = (finite.min() ?? 0, finite.max() ?? 0)
    // Scores have no zero that means anything: the lowest is a short bar, the highest a whole one.
    let span = max(highest - lowest, 1e-9)
    let first = scores.map { $0.isFinite ? 0.1 + 0.9 * (Double($0) - lowest) / span : 0 }
    let last = zip(probabilities, visible).map { $1 && $0.isFinite ? Double($0) : 0 }
    // e^(score - highest) is the probability, divided by that of the highest.
    let largest = max(last.max() ?? 0, 1e-30)
    let middle = last.map { $0 / largest }
    switch progress {
    case ..<0.2: (stage, lengths) = (.scores, first)
    case ..<0.6: (stage, lengths) = (.exponentials, Self.mix(first, middle, (progress - 0.2) / 0.25))
    case ..<1: (stage, lengths) = (.probabilities, Self.mix(middle, last, (progress - 0.6) / 0.25))
    default: (stage, lengths) = (.probabilities, last)
    }
  }

  private static func mix(_ a: [Double], _ b: [Double], _ share: Double) -> [Double] {
    let share = share.share ?? 1
    return zip(a, b).map { $0 + ($1 - $0) * share }
  }
}
