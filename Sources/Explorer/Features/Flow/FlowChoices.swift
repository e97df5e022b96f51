import Insights

/// What was chosen about the flow of information through the layers.
public struct FlowChoices: FeatureChoices {
  /// What the Flow view shows: the rollout up to a layer, or one layer alone.
  public var measure = FlowMeasure.rollout
  /// How the heads of a layer are made into one.
  public var pooling = HeadPooling.mean
  /// Whether pictures of all views show the length of what heads carry, ‖αf(x)‖, instead of α.
  public var showsNorms = false

  /// The rollout of the mean over heads, and α in all pictures.
  public init() {}
}

extension Exploration {
  /// About the flow of information.
  public var flow: FlowChoices {
    get { choices[FlowChoices.self] }
    set { choices[FlowChoices.self] = newValue }
  }

  /// Whether pictures show the length of what heads carry, ‖αf(x)‖, instead of α.
  public var showsNorms: Bool {
    get { flow.showsNorms }
    set { flow.showsNorms = newValue }
  }
}

/// What the Flow view shows.
public enum FlowMeasure: String, Sendable, CaseIterable {
  /// Rollout: how much of each input token has reached each position after the layers up to the chosen one.
  case rollout
  /// The attention of the chosen layer alone, its heads made into one.
  case layer
}
