/// A view of the explorer: what it is called, what it needs, and what keys mean to it. How it is drawn is a type of its own in
/// `ExplorerViews`.
protocol ViewFeature {
  static var title: String { get }
  /// A few words about it for the help screen.
  static var summary: String { get }
  /// The tokens that the line of tokens marks: those of the crosshair that the view has.
  static var marks: TokenMarks { get }
  /// Whether another sentence of the batch is computed beside the one that is shown.
  static func showsTwoSentences(_ state: State) -> Bool
  /// What it shows beside single maps of attention.
  static var needs: Needs { get }
  /// What has to be worked out for the view.
  static func analyses(_ state: State) -> [Analysis]
  /// What a command means in the view; nil where it means the same in every view, or nothing.
  static func resolve(_ command: Command, _ state: State, on screen: any ScreenLayout) -> Resolution?
}

extension ViewFeature {
  static var marks: TokenMarks { [] }
  static var needs: Needs { [] }
  static func showsTwoSentences(_ state: State) -> Bool { false }
  static func analyses(_ state: State) -> [Analysis] { [] }
}

/// What of the crosshair a view shows.
public struct TokenMarks: OptionSet, Sendable {
  /// A bit for each token: 1 for the query, 2 for the key.
  public let rawValue: Int

  /// Marks from their bits: 1 for the query, 2 for the key.
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// The token of the query.
  public static let query = TokenMarks(rawValue: 1)
  /// The token of the key.
  public static let key = TokenMarks(rawValue: 2)
}
