import Insights

/// What is known of every head, and heads can be sorted by: where it is, the name of its pattern, the numbers of
/// `HeadStatistic.all`, how much it differs between two sentences, and how much it matters.
public struct HeadColumn: RawRepresentable, Sendable, Hashable, CaseIterable {
  /// The name in sessions.
  public let rawValue: String
  /// At most four letters, but for the pattern.
  public let shortTitle: String
  /// In full, in brackets where a model has another name for it.
  public let title: String
  /// What it is, for the line that explains a view.
  public let meaning: String
  /// The statistic that it shows; nil where it is none.
  public let statistic: HeadStatistic?

  private init(_ name: String, _ shortTitle: String, title: String, _ meaning: String) {
    (rawValue, self.shortTitle, self.title, self.meaning) = (name, shortTitle, title, meaning)
    statistic = nil
  }

  private init(_ statistic: HeadStatistic) {
    (rawValue, shortTitle) = (statistic.name, statistic.shortTitle)
    (title, meaning) = (statistic.title, statistic.meaning)
    self.statistic = statistic
  }

  /// The column with a name as written in sessions; nil if there is none.
  public init?(rawValue: String) {
    guard let column = HeadColumn.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = column
  }

  /// Columns go by their names.
  public static func == (a: HeadColumn, b: HeadColumn) -> Bool { a.rawValue == b.rawValue }
  /// Columns go by their names.
  public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }

  /// Layer, then head.
  public static let place = HeadColumn("place", "head", title: "head", "The place")
  /// The name of the pattern.
  public static let pattern = HeadColumn("pattern", "pattern", title: "pattern", "The pattern")
  /// The probability of the marked pair.
  public static let pair = HeadColumn("pair", "pair", title: "pair", "The probability of the marked pair")
  /// The place of the marked key among all keys of the marked query.
  public static let rank = HeadColumn("rank", "rank", title: "rank", "The rank of the marked key for the marked query")
  /// What is known of the marked pair.
  static let ofPair = [pair, rank]
  /// How much the head differs between two sentences of the batch.
  public static let variability = HeadColumn(
    "variability", "vary", title: "variability", "The variability between two sentences of the batch")
  /// How much the head matters for y: |∂y/∂ξ| for a gate ξ on it.
  public static let importance = HeadColumn(
    "importance", "impo", title: "import.", "The importance for y, |dy/dg| of a gate g")
  /// The same divided by the Euclidean norm of its layer's numbers.
  public static let relativeImportance = HeadColumn(
    "relativeImportance", "i/l2", title: "imp./l2",
    "The importance for y as a part of its layer's, in the Euclidean norm")
  /// How much y changes when the head is switched off.
  public static let effect = HeadColumn("effect", "off", title: "when off", "What switching the head off changes of y")
  /// How much the head matters for the loss of held-out sentences, where something was trained.
  public static let taskImportance = HeadColumn(
    "taskImportance", "task", title: "for task", "The importance for the loss of held-out sentences")
  /// What is known only where a number y is attributed.
  static let ofAttribution = [importance, relativeImportance, effect, taskImportance]
  /// The default statistic: the first one.
  public static let entropy = HeadColumn(HeadStatistic.all[0])

  /// All of them, from left to right.
  public static let allCases =
    [place, pattern] + ofPair + HeadStatistic.all.filter(\.isColumn).map { HeadColumn($0) } + [variability]
    + ofAttribution

  /// The columns that hold a number of the attention.
  public static let numbers = allCases.filter { $0.isNumber && !ofAttribution.contains($0) }

  /// Whether it holds a number.
  package var isNumber: Bool { self != .place && self != .pattern }
  /// Whether the smallest number is the one to look at first: a rank.
  package var isSmallestFirst: Bool { self == .place || self == .pattern || self == .rank }
  /// Whether it holds whole numbers.
  package var isWhole: Bool { self == .rank }
  /// Whether it is about the marked pair.
  package var isOfPair: Bool { HeadColumn.ofPair.contains(self) }
  /// Whether its numbers are known only where a number y is attributed.
  package var isOfAttribution: Bool { HeadColumn.ofAttribution.contains(self) }
}
