import Activations
import Insights

extension Analysis {
  /// Compares the picture put aside with the one on the screen.
  func compare(_ a: Encoding?, _ b: Encoding, _ isCancelled: @Sendable () -> Bool) -> Findings? {
    guard let a else { return nil }
    do throws(ComparisonError) {
      switch self {
      case .headComparison(let headA, let headB):
        guard a.trace.holds(headA), b.trace.holds(headB) else { return nil }
        return .headComparison(try HeadComparison(a, headA, b, headB))
      default:
        let heads = try EncodingComparison(a, b, isCancelled: isCancelled).heads
        return isCancelled() ? nil : .comparison(heads)
      }
    } catch {
      return .incomparable(error.description)
    }
  }
}

extension AttentionTrace {
  /// Whether there is such a head.
  func holds(_ index: HeadIndex) -> Bool {
    layers.indices.contains(index.layer) && (0..<heads).contains(index.head)
  }
}
