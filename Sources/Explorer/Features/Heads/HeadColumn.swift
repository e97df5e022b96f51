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
  /// How much the head matters for y: |∂y/∂ξ| for a gate ξ on it.
  public static let importance = HeadColumn("importance")
  /// The same divided by the Euclidean norm of its layer's numbers.
  public static let relativeImportance = HeadColumn("relativeImportance")
  /// How much y changes when the head is switched off.
  public static let effect = HeadColumn("effect")
  /// How much the head matters for the loss of held-out sentences, where something was trained.
  public static let taskImportance = HeadColumn("taskImportance")
  /// What is known only where a number y is attributed.
  static let ofAttribution = [importance, relativeImportance, effect, taskImportance]
  /// The default statistic: the first one.
  public static let entropy = HeadColumn(HeadStatistic.all[0])

  /// All of them, from left to right.
  public static let allCases =
    [place, pattern] + HeadStatistic.all.filter(\.isColumn).map { HeadColumn($0) } + [variability] + ofAttribution

  /// The columns that hold a number of the attention.
  public static let numbers = allCases.filter { $0.isNumber && !ofAttribution.contains($0) }

  /// Whether it holds a number.
  package var isNumber: Bool { self != .place && self != .pattern }
  /// Whether its numbers are known only where a number y is attributed.
  package var isOfAttribution: Bool { HeadColumn.ofAttribution.contains(self) }

  /// What it is, for the line that explains a view.
  public var meaning: String {
    if let statistic { return statistic.meaning }
    return switch self {
    case .variability: "The variability between two sentences of the batch"
    case .importance: "The importance for y, |dy/dg| of a gate g"
    case .relativeImportance: "The importance for y as a part of its layer's, in the Euclidean norm"
    case .effect: "What switching the head off changes of y"
    case .taskImportance: "The importance for the loss of held-out sentences"
    default: rawValue
    }
  }

  /// At most four letters, but for the pattern.
  public var shortTitle: String {
    if let statistic { return statistic.shortTitle }
    return switch self {
    case .place: "head"
    case .variability: "vary"
    case .importance: "impo"
    case .relativeImportance: "i/l2"
    case .effect: "off"
    case .taskImportance: "task"
    default: rawValue
    }
  }

  /// In full, in brackets where a model has another name for it.
  public var title: String {
    if let statistic { return statistic.title }
    return switch self {
    case .variability: rawValue
    case .importance: "import."
    case .relativeImportance: "imp./l2"
    case .effect: "when off"
    case .taskImportance: "for task"
    default: shortTitle
    }
  }
}
