/// One number of a head: what it is called, what it means, its unit, and where it comes from.
///
/// `HeadStatistic.all` is the only table of them. A line added there appears in the list of heads, in the grid, in filters, in
/// sessions and in the help.
public struct HeadStatistic: Sendable, Hashable {
  /// What a number is measured in, and so which range it has.
  public enum Unit: Sendable {
    /// From 0 to the entropy ceiling.
    case nats
    /// From 0 to the number of positions less 1.
    case positions
    /// From 0 to 1.
    case share
  }

  /// In sessions and in filters.
  public let name: String
  /// Above a column: four letters, and in full where there is room.
  public let shortTitle: String
  /// The name as it is shown to people.
  public let title: String
  /// What it is, as the beginning of a sentence.
  public let meaning: String
  /// What it is measured in, and so its range.
  public let unit: Unit
  /// Whether it says something only where queries and keys are tokens of one sentence.
  public let isOfOneSentence: Bool
  /// Whether it is a column of the list of heads. The others serve comparisons and tests.
  public let isColumn: Bool
  /// The number of a head.
  public let value: @Sendable (HeadStatistics) -> Double

  private init(
    _ name: String, _ shortTitle: String, title: String? = nil, _ meaning: String, _ unit: Unit, isColumn: Bool = true,
    isOfOneSentence: Bool = false,
    _ value: @escaping @Sendable (HeadStatistics) -> Double
  ) {
    self.name = name
    self.shortTitle = shortTitle
    self.title = title ?? name
    self.meaning = meaning
    self.unit = unit
    self.isColumn = isColumn
    self.isOfOneSentence = isOfOneSentence
    self.value = value
  }

  /// Two statistics are the same where their names are: no two in `all` share one.
  public static func == (a: HeadStatistic, b: HeadStatistic) -> Bool { a.name == b.name }

  /// Hashes the name, which is what makes two statistics the same.
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }

  /// The statistic of a name; nil where there is none.
  public static func named(_ name: String) -> HeadStatistic? { all.first { $0.name == name } }

  /// All of them, in the order of columns.
  public static let all: [HeadStatistic] = [
    HeadStatistic("entropy", "entr", "The entropy of the attention in nats", .nats) { $0.entropy },
    HeadStatistic("distance", "dist", "The distance of the attention in positions", .positions, isOfOneSentence: true) {
      $0.meanDistance
    },
    HeadStatistic("previous", "prev", "The share of the attention on the previous token", .share, isOfOneSentence: true)
    {
      $0.shares.previous
    },
    HeadStatistic("next", "next", "The share of the attention on the next token", .share, isOfOneSentence: true) {
      $0.shares.next
    },
    HeadStatistic("self", "self", "The share of the attention on the query itself", .share, isOfOneSentence: true) {
      $0.shares.itself
    },
    HeadStatistic("first", "CLS", title: "[CLS]", "The share of the attention on the first token", .share) {
      $0.shares.first
    },
    HeadStatistic("separators", "SEP", title: "[SEP]", "The share of the attention on separators", .share) {
      $0.shares.separators
    },
    HeadStatistic("padding", "PAD", title: "PAD", "The share of the attention on PAD", .share) { $0.shares.padding },
    HeadStatistic("punctuation", "punc", title: "punct.", "The share of the attention on punctuation", .share) {
      $0.shares.punctuation
    },
    HeadStatistic("confidence", "conf", "The confidence (the largest probability)", .share) { $0.confidence },

    HeadStatistic("relativeEntropy", "rel", "The entropy as a part of its ceiling", .share, isColumn: false) {
      $0.relativeEntropy
    },
    HeadStatistic("smoothedEntropy", "smoo", "The entropy as Clark et al. compute it", .nats, isColumn: false) {
      $0.smoothedEntropy
    },
    HeadStatistic(
      "ownText", "own", "The share of the attention on the query's own text", .share, isColumn: false,
      isOfOneSentence: true
    ) { $0.shares.ownText },
    HeadStatistic(
      "offsetShare", "offs", "The share of queries at the most frequent offset", .share, isColumn: false,
      isOfOneSentence: true
    ) { $0.offsetShare },
    HeadStatistic("topKeyShare", "top", "The share of the attention on one key", .share, isColumn: false) {
      $0.topKeyShare
    },
  ]
}

extension HeadStatistics {
  /// One of its numbers.
  public subscript(statistic: HeadStatistic) -> Double { statistic.value(self) }

  /// Whether one of its numbers says something of this head.
  public func has(_ statistic: HeadStatistic) -> Bool { isOfOneSentence || !statistic.isOfOneSentence }

  /// The entropy as a part of its ceiling: 1 for even attention, 0 for attention to one key; 0 too where only one key is
  /// visible.
  public var relativeEntropy: Double { entropyCeiling > 0 ? entropy / entropyCeiling : 0 }
}
