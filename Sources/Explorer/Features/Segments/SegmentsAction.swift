import Insights
import JSON

/// What tokens are put together to in the Head view.
public enum SegmentsAction: Sendable, Equatable {
  /// Nil for tokens.
  case show(SegmentUnit?)
}

extension SegmentsAction: FeatureAction {
  /// Changes what cells stand for.
  public func perform(on state: inout State) {
    switch self {
    case .show(let unit): state.exploration.segments.unit = unit
    }
  }

  // MARK: In a session

  /// The names of these actions in a session file.
  public static let names = ["segments"]

  private static let tokens = "tokens"

  /// How the action is written: its name and its members.
  public var recorded: RecordedAction {
    switch self {
    case .show(let unit): RecordedAction("segments", [("of", JSONValue(unit?.rawValue ?? Self.tokens))])
    }
  }

  /// Reads an action by its name; nil if the name is not in `names`. Throws if a member is missing or invalid.
  public static func read(_ name: String, _ reader: MemberReader) throws(MalformedAction) -> SegmentsAction? {
    guard name == "segments" else { return nil }
    let unit = try reader.string("of")
    if unit == tokens { return .show(nil) }
    guard let unit = SegmentUnit(rawValue: unit) else {
      throw MalformedAction("\"of\" must be tokens, sentences or paragraphs")
    }
    return .show(unit)
  }

  /// A description of the action in plain words.
  public var words: String {
    switch self {
    case .show(let unit?): "cells of \(unit.rawValue)"
    case .show(nil): "cells of tokens"
    }
  }
}

extension Action {
  /// An action of this feature.
  public static func segments(_ action: SegmentsAction) -> Action { .feature(action) }
}
