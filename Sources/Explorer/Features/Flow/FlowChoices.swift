import Insights

/// What was chosen about the flow of information through the layers.
public struct FlowChoices: Sendable, Equatable {
  public var measure = FlowMeasure.rollout
  /// How the heads of a layer are made into one.
  public var pooling = HeadPooling.mean

  public init() {}
}

/// What the Flow view shows.
public enum FlowMeasure: String, Sendable, CaseIterable {
  /// What of the input has arrived after all layers up to the chosen one.
  case rollout
  /// The attention of the chosen layer alone, its heads made into one.
  case layer
}

/// What is done with the flow, and with the length of what heads carry.
public enum FlowAction: Sendable, Equatable {
  case measure(FlowMeasure)
  case pooling(HeadPooling)
  /// Whether pictures show ‖αf(x)‖ instead of α.
  case norms(Bool)
}

extension State {
  mutating func perform(_ action: FlowAction) {
    switch action {
    case .measure(let measure): exploration.flow.measure = measure
    case .pooling(let pooling): exploration.flow.pooling = pooling
    case .norms(let isShown): exploration.showsNorms = isShown
    }
  }
}
