import Activations
import Explorer
import JSON

/// How the levers' actions are written.
///
///     {"t":4.5,"action":"blockKey","key":2}
///     {"t":5,"action":"takeBack","edit":"blockKey","key":2}
///     {"t":6,"action":"ablate","layer":3,"head":7,"as":"zeroOutput"}
extension ActionCoding {
  static func members(of action: LeverAction) -> [(JSONString, JSONValue)] {
    switch action {
    case .editMask(.key(let key, let isAllowed)):
      named(isAllowed ? "allowKey" : "blockKey", [("key", .integer(key))])
    case .editMask(.cell(let query, let key, let isAllowed)):
      named(isAllowed ? "allowPair" : "blockPair", [("query", .integer(query)), ("key", .integer(key))])
    case .editMask(.firstTextOnly): named("firstTextOnly")
    case .editMask(.band(let width)): named("band", [("width", .integer(width))])
    case .takeBack(let edit):
      [("action", JSONValue("takeBack"))]
        + members(of: .editMask(edit)).map { $0.0 == "action" ? ("edit", $0.1) : $0 }
    case .resetMask: named("resetMask")
    case .replaceToken(let place): named("replaceToken", [("token", .integer(place))])
    case .putTokenBack(let place): named("putTokenBack", [("token", .integer(place))])
    case .ablate(let head, let kind):
      named(
        "ablate",
        [
          ("layer", .integer(head.layer)), ("head", .integer(head.head)),
          ("as", kind.map { JSONValue($0.rawValue) } ?? .null),
        ])
    case .restoreHeads: named("restoreHeads")
    case .hide(let kind): named("hide", [("tokens", JSONValue(kind.rawValue))])
    case .unhide(let kind): named("unhide", [("tokens", JSONValue(kind.rawValue))])
    case .filter(let filter):
      named(
        "filter",
        filter.map { [("queries", .integer($0.queries)), ("keys", .integer($0.keys))] } ?? [])
    case .open: named("openLevers")
    case .mark(let line): named("markLever", [("line", .integer(line))])
    }
  }

  static let leverNames = [
    "blockKey", "allowKey", "blockPair", "allowPair", "firstTextOnly", "band", "takeBack", "resetMask", "replaceToken",
    "putTokenBack", "ablate", "restoreHeads", "hide", "unhide", "filter", "openLevers", "markLever",
  ]

  /// Nil where the name is none of the levers'.
  static func leverAction(named name: String, _ reader: MemberReader) throws(Failure) -> LeverAction? {
    if let edit = try maskEdit(named: name, reader) { return .editMask(edit) }
    switch name {
    case "takeBack":
      guard let edit = try maskEdit(named: try reader.string("edit"), reader) else {
        throw .malformed("\"edit\" must be blockKey, allowKey, blockPair, allowPair, firstTextOnly or band")
      }
      return .takeBack(edit)
    case "resetMask": return .resetMask
    case "replaceToken": return .replaceToken(try reader.count("token"))
    case "putTokenBack": return .putTokenBack(try reader.count("token"))
    case "ablate":
      let head = HeadIndex(layer: try reader.count("layer"), head: try reader.count("head"))
      guard let kind = reader.object["as"], !kind.isNull else { return .ablate(head, nil) }
      return .ablate(head, try reader.choice("as"))
    case "restoreHeads": return .restoreHeads
    case "hide": return .hide(try reader.choice("tokens"))
    case "unhide": return .unhide(try reader.choice("tokens"))
    case "filter":
      guard reader.object["queries"] != nil else { return .filter(nil) }
      let (queries, keys) = (try reader.count("queries"), try reader.count("keys"))
      guard queries < 2, keys < 2 else { throw .malformed("\"queries\" and \"keys\" must be 0 or 1") }
      return .filter(TextFilter(queries: queries, keys: keys))
    case "openLevers": return .open
    case "markLever": return .mark(try reader.count("line"))
    default: return nil
    }
  }

  private static func maskEdit(named name: String, _ reader: MemberReader) throws(Failure) -> MaskEdit? {
    switch name {
    case "blockKey": return .key(try reader.count("key"), isAllowed: false)
    case "allowKey": return .key(try reader.count("key"), isAllowed: true)
    case "blockPair": return .cell(query: try reader.count("query"), key: try reader.count("key"), isAllowed: false)
    case "allowPair": return .cell(query: try reader.count("query"), key: try reader.count("key"), isAllowed: true)
    case "firstTextOnly": return .firstTextOnly
    case "band": return .band(width: try reader.count("width"))
    default: return nil
    }
  }
}

extension LeverAction {
  /// What was done, in plain words. Tokens, layers and heads count from 0.
  var words: String {
    switch self {
    case .editMask(let edit): edit.words
    case .takeBack(let edit): "no more: \(edit.words)"
    case .resetMask: "the mask as its mode makes it"
    case .replaceToken(let place): "[MASK] in place of token \(place)"
    case .putTokenBack(let place): "puts token \(place) back"
    case .ablate(let head, .zeroOutput): "layer \(head.layer) head \(head.head) off: its output is zero"
    case .ablate(let head, .uniformAttention): "layer \(head.layer) head \(head.head) off: its attention is even"
    case .ablate(let head, nil): "layer \(head.layer) head \(head.head) on"
    case .restoreHeads: "all heads on"
    case .hide(let kind): "hides \(kind.rawValue) from the picture"
    case .unhide(let kind): "shows \(kind.rawValue) again"
    case .filter(let filter): filter.map { "shows attention from \($0.words) only" } ?? "shows both texts"
    case .open: "opens the list of levers"
    case .mark(let line): "marks line \(line) of the list"
    }
  }
}

extension MaskEdit {
  var words: String {
    switch self {
    case .key(let key, let isAllowed): "\(isAllowed ? "allows" : "blocks") key \(key) for all queries"
    case .cell(let query, let key, let isAllowed): "\(isAllowed ? "allows" : "blocks") query \(query), key \(key)"
    case .firstTextOnly: "blocks the second text"
    case .band(width: 0): "only the diagonal of the mask"
    case .band(let width): "only \(width) neighbours on each side in the mask"
    }
  }
}
