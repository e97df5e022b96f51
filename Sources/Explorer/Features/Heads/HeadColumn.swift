import Insights

/// What is known of every head, and heads can be sorted by: where it is, the name of its pattern, the numbers of
/// `HeadStatistic.all`, and how much it differs between two sentences.
public struct HeadColumn: RawRepresentable, Sendable, Hashable, CaseIterable {
  /// The name in sessions.
  public let rawValue: String
  /// The statistic that it shows; nil where it is none.
  public let statistic: HeadStatistic?

  private init(_ name: String, _ statistic: HeadStatistic? = nil) {
    rawValue = name
    self.statistic = statistic
  }

  private init(_ statistic: HeadStatistic) { self.init(statistic.name, statistic) }

  /// The column with a name as written in sessions; nil if there is none.
  public init?(rawValue: String) {
    guard let column = HeadColumn.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = column
  }

  /// Layer, then head.
  public static let place = HeadColumn("place")
  /// The name of the pattern.
  public static let pattern = HeadColumn("pattern")
  /// How much the head differs between two sentences of the batch.
  public static let variability = HeadColumn("variability")
  /// The default statistic: the first one.
  public static let entropy = HeadColumn(HeadStatistic.all[0])

  /// All of them, from left to right.
  public static let allCases =
    [place, pattern] + HeadStatistic.all.filter(\.isColumn).map { HeadColumn($0) } + [variability]

  /// The columns that hold a number.
  public static let numbers = allCases.filter { $0 != .place && $0 != .pattern }

  /// What it is, for the line that explains a view.
  public var meaning: String {
    statistic?.meaning ?? (self == .variability ? "The variability between two sentences of the batch" : rawValue)
  }

  /// At most four letters, but for the pattern.
  public var shortTitle: String {
    if let statistic { return statistic.shortTitle }
    return switch self {
    case .place: "head"
    case .variability: "vary"
    default: rawValue
    }
  }

  /// In full, in brackets where a model has another name for it.
  public var title: String { statistic?.title ?? (self == .variability ? rawValue : shortTitle) }
}
