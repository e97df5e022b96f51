import Explorer
import JSON

/// How actions on a comparison are written and told.
enum CompareCoding {
  static let names = ["putAside", "forgetPutAside", "compare", "orderCompared", "keepHeadPutAside"]

  static func members(of action: CompareAction) -> [(JSONString, JSONValue)] {
    switch action {
    case .putAside: ActionCoding.named("putAside")
    case .forget: ActionCoding.named("forgetPutAside")
    case .mode(let mode): ActionCoding.named("compare", [("by", JSONValue(mode.rawValue))])
    case .order(let order): ActionCoding.named("orderCompared", [("by", JSONValue(order.rawValue))])
    case .keepHead(let keeps): ActionCoding.named("keepHeadPutAside", [("keep", .bool(keeps))])
    }
  }

  /// Nil where the name is no such action.
  static func action(named name: String, _ reader: MemberReader) throws(ActionCoding.Failure) -> CompareAction? {
    switch name {
    case "putAside": return .putAside
    case "forgetPutAside": return .forget
    case "compare": return .mode(try reader.choice("by"))
    case "orderCompared": return .order(try reader.choice("by"))
    case "keepHeadPutAside": return .keepHead(try reader.flag("keep"))
    default: return nil
    }
  }
}

extension CompareAction {
  /// What was done, in plain words.
  var words: String {
    switch self {
    case .putAside: "puts the picture aside to compare with"
    case .forget: "forgets the picture put aside"
    case .mode(.tokens): "compares token by token"
    case .mode(.heads): "compares all heads"
    case .order(let order): "sorts the compared heads by \(order.rawValue)"
    case .keepHead(true): "leaves A at its own head"
    case .keepHead(false): "takes A to the same head"
    }
  }
}
