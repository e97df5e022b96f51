/// What was asked of a survey. Parts merge only where all of it is the same.
public struct SurveyOptions: Sendable, Equatable {
  /// What the encoder is called. Untrusted text.
  public var model: String
  /// A text that recognises its weights; empty where they cannot be read.
  public var weights: String
  /// How many layers and heads it has.
  public var shape: SurveyShape
  /// The seed of everything that is left to chance.
  public var seed: Int
  /// What the sentences are told apart by, beside all of them together.
  public var grouping: SurveyGrouping?
  /// Of a sample: how many sentences of which files; empty where every sentence counts.
  public var sample: String

  /// Everything that was asked.
  public init(
    model: String, weights: String, shape: SurveyShape, seed: Int, grouping: SurveyGrouping? = nil, sample: String = ""
  ) {
    self.model = model
    self.weights = weights
    self.shape = shape
    self.seed = seed
    self.grouping = grouping
    self.sample = sample
  }
}

/// What the numbers of a survey are told apart by.
public enum SurveyGrouping: String, Sendable, CaseIterable {
  /// By how many tokens a sentence has.
  case length
  /// By the label of a sentence.
  case label
  /// By the word class of the query.
  case upos

  /// How many groups there may be: what a file can say without end must not fill memory.
  static let mostGroups = 200

  /// The group of a sentence of so many tokens: 1-8, 9-16, 17-32 and on, each twice as wide.
  static func length(_ tokens: Int) -> String {
    var last = 8
    while last < tokens { last *= 2 }
    return last == 8 ? "1-8" : "\(last / 2 + 1)-\(last)"
  }
}
