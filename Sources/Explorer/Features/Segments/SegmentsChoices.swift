import Insights

/// What the cells of the Head view stand for.
public struct SegmentsChoices: FeatureChoices {
  /// What tokens are put together to; nil for tokens, or the words that they are pieces of.
  public var unit: SegmentUnit?

  /// Tokens.
  public init() {}
}

extension Exploration {
  /// About the cells of the Head view.
  public var segments: SegmentsChoices {
    get { choices[SegmentsChoices.self] }
    set { choices[SegmentsChoices.self] = newValue }
  }
}
