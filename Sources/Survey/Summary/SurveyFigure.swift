/// What a survey says of one number of one head.
public struct SurveyFigure: Sendable, Equatable {
  /// How many sentences, or relations, it was computed from. Where there is none, all numbers are 0.
  public var count = 0
  /// The mean over the sentences, or the share of the relations in which the head points to the right word.
  public var mean = 0.0
  /// The interval that holds the middle 95 % of the replicates of the bootstrap.
  public var interval: ClosedRange<Double> = 0...0
  /// The standard deviation over the sentences; nil for relations.
  public var deviation: Double?
  /// The 5th, 25th, 50th, 75th and 95th percentile over the sentences; nil for relations.
  public var quantiles: [Double]?
  /// What the head is measured against; nil where it is a number of the whole sentence.
  public var comparison: SurveyComparison?
  /// The sentences behind it.
  public var witnesses = Witnesses()

  /// A figure of nothing.
  public init() {}
}

/// What the accuracy of a head in a relation is compared with.
public struct SurveyComparison: Sendable, Equatable {
  /// The best fixed offset in words, from the word that points to where it points (Clark et al. 2019).
  public var offset = 0
  /// The accuracy of always pointing there.
  public var baseline = 0.0
  /// The interval that holds the middle 95 % of the differences between head and baseline in the replicates of the bootstrap.
  public var difference: ClosedRange<Double> = 0...0
  /// The share of the replicates in which the head is not better than the baseline: a one-sided p-value, (k + 1) / (replicates + 1).
  public var chance = 1.0
  /// The accuracy of the head where the names of the relations are shuffled within each sentence.
  public var control = 0.0

  /// A comparison with nothing.
  public init() {}
}
