import Insights
import JSON

/// What is done with the flow, and with the length of what heads carry.
public enum FlowAction: Sendable, Equatable {
  case measure(FlowMeasure)
  case pooling(HeadPooling)
  /// Whether pictures show ‖αf(x)‖ instead of α.
  case norms(Bool)
}

extension State {
  mutating func perform(_ action: FlowAction) {
    switch action {
    case .measure(let measure): exploration.flow.measure = measure
    case .pooling(let pooling): exploration.flow.pooling = pooling
    case .norms(let isShown):
      exploration.showsNorms = isShown
      if isShown { exploration.attribution.isOn = false }
    }
  }
}

// MARK: In a session

extension FlowAction: FeatureAction {
  /// Changes what the Flow view shows, how it pools heads, or whether pictures show norms.
  public func perform(on state: inout State) { state.perform(self) }

  /// The names of these actions in a session file.
  public static let names = ["flow", "poolHeads", "showNorms"]

  /// How the action is written: its name and its members.
  public var recorded: RecordedAction {
    switch self {
    case .measure(let measure): RecordedAction("flow", [("of", JSONValue(measure.rawValue))])
    case .pooling(let pooling): RecordedAction("poolHeads", [("by", JSONValue(pooling.rawValue))])
    case .norms(let isShown): RecordedAction("showNorms", [("on", .bool(isShown))])
    }
  }

  /// Reads an action by its name; nil if the name is not in `names`. Throws if a member is missing or invalid.
  public static func read(_ name: String, _ reader: MemberReader) throws(MalformedAction) -> FlowAction? {
    switch name {
    case "flow": return .measure(try reader.choice("of"))
    case "poolHeads": return .pooling(try reader.choice("by"))
    case "showNorms": return .norms(try reader.flag("on"))
    default: return nil
    }
  }

  /// A description of the action in plain words.
  public var words: String {
    switch self {
    case .measure(.rollout): "follows the attention through all layers"
    case .measure(.layer): "shows the attention of one layer"
    case .pooling(.mean): "takes the mean over the heads"
    case .pooling(.maximum): "takes the largest of the heads"
    case .norms(true): "shows the length of what is carried, |p f(x)|"
    case .norms(false): "shows the attention itself"
    }
  }
}

extension Action {
  /// An action of this feature.
  public static func flow(_ action: FlowAction) -> Action { .feature(action) }
}
