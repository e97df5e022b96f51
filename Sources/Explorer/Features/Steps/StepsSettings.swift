/// The stages of what one head computes, in order.
public enum StepStage: String, Sendable, CaseIterable {
  /// Hidden states become queries, keys and values.
  case vectors
  /// q · k
  case scores
  /// ÷ √d
  case scale
  /// + mask, and what the family adds.
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
public struct StepsSettings: Sendable, Hashable {
  public var stage = StepStage.vectors
  /// The whole matrix of the stage instead of one query's part of it.
  public var showsAllQueries = false

  public init() {}
}

/// What can be done in the view of steps.
public enum StepsAction: Sendable, Hashable {
  case stage(StepStage)
  /// Shows the whole matrix of a stage, or one query's part of it.
  case showAllQueries(Bool)
}

extension State {
  mutating func perform(_ action: StepsAction) {
    switch action {
    case .stage(let stage): self.steps.stage = stage
    case .showAllQueries(let shows): self.steps.showsAllQueries = shows
    }
  }
}
