/// The stages of what one head computes, in order.
public enum StepStage: String, Sendable, CaseIterable {
  /// Hidden states become queries, keys and values.
  case vectors
  /// q · k, the scores.
  case scores
  /// ÷ √d, and what the family adds: the scaled scores.
  case scale
  /// + mask: the masked scores, of which softmax is taken.
  case mask
  case softmax
  /// Probability × value.
  case weigh
  /// The sum of the weighted values.
  case context
  /// What the head adds through the output projection.
  case output
}

/// What a person has chosen in the view of steps.
public struct StepsSettings: FeatureChoices, Hashable {
  /// The stage that is shown.
  public var stage = StepStage.vectors
  /// The whole matrix of the stage instead of one query's part of it.
  public var showsAllQueries = false

  /// The first stage, and one query's part of it.
  public init() {}
}

extension Exploration {
  /// In the view of steps.
  public var steps: StepsSettings {
    get { choices[StepsSettings.self] }
    set { choices[StepsSettings.self] = newValue }
  }
}
