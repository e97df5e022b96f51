/// One number of `HeadStatistics`, to sort and colour heads by.
public enum HeadMeasure: String, Sendable, CaseIterable {
  case entropy
  /// The entropy as a part of its ceiling ln n, so that sentences of different lengths can be compared; 0 where n is 1.
  case relativeEntropy
  case smoothedEntropy
  case meanDistance
  case previous, next, itself, first, separators, padding, punctuation
  case ownText
  case confidence
  case offsetShare
  case topKeyShare

  /// What a number is measured in, and so which range it has.
  public enum Unit: Sendable {
    /// From 0 to the entropy ceiling.
    case nats
    /// From 0 to the number of positions less 1.
    case positions
    /// From 0 to 1.
    case share
  }

  /// What it is measured in.
  public var unit: Unit {
    switch self {
    case .entropy, .smoothedEntropy: .nats
    case .meanDistance: .positions
    default: .share
    }
  }
}

extension HeadStatistics {
  /// The number that a measure stands for, in its unit.
  public subscript(measure: HeadMeasure) -> Double {
    switch measure {
    case .entropy: entropy
    case .relativeEntropy: relativeEntropy
    case .smoothedEntropy: smoothedEntropy
    case .meanDistance: meanDistance
    case .previous: shares.previous
    case .next: shares.next
    case .itself: shares.itself
    case .first: shares.first
    case .separators: shares.separators
    case .padding: shares.padding
    case .punctuation: shares.punctuation
    case .ownText: shares.ownText
    case .confidence: confidence
    case .offsetShare: offsetShare
    case .topKeyShare: topKeyShare
    }
  }

  /// The entropy as a part of its ceiling: 1 for even attention, 0 for attention to one key; 0 too where only one key is
  /// visible.
  public var relativeEntropy: Double { entropyCeiling > 0 ? entropy / entropyCeiling : 0 }
}
