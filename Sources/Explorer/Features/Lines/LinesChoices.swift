import Activations

/// Whether the Head view shows lines between words instead of cells, and which.
public struct LinesChoices: FeatureChoices {
  /// Whether lines are shown.
  public var isShown = false
  /// Whose lines are shown.
  public var queries = LineQueries.all
  /// Heads whose lines are shown beside those of the marked one, each in its colour, in the order in which they were kept.
  public var kept: [HeadIndex] = []

  /// Cells; and where lines are shown, those of all queries of the marked head.
  public init() {}

  /// More heads could not be told apart by their colours.
  static let mostKept = 5
}

/// Whose lines are shown.
public enum LineQueries: String, Sendable, CaseIterable {
  /// Those of every query.
  case all
  /// Those of the marked query alone.
  case marked
}

extension Exploration {
  /// About the lines of the Head view.
  public var lines: LinesChoices {
    get { choices[LinesChoices.self] }
    set { choices[LinesChoices.self] = newValue }
  }
}
