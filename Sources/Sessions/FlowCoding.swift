import Explorer
import Insights
import JSON

/// How actions on the flow are written and told.
enum FlowCoding {
  static let names = ["flow", "poolHeads", "showNorms"]

  static func members(of action: FlowAction) -> [(JSONString, JSONValue)] {
    switch action {
    case .measure(let measure): ActionCoding.named("flow", [("of", JSONValue(measure.rawValue))])
    case .pooling(let pooling): ActionCoding.named("poolHeads", [("by", JSONValue(pooling.rawValue))])
    case .norms(let isShown): ActionCoding.named("showNorms", [("on", .bool(isShown))])
    }
  }

  /// Nil where the name is no such action.
  static func action(named name: String, _ reader: MemberReader) throws(ActionCoding.Failure) -> FlowAction? {
    switch name {
    case "flow": return .measure(try reader.choice("of"))
    case "poolHeads": return .pooling(try reader.choice("by"))
    case "showNorms": return .norms(try reader.flag("on"))
    default: return nil
    }
  }
}

extension FlowAction {
  /// What was done, in plain words.
  var words: String {
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
