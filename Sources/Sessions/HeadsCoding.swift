import Activations
import Explorer
import JSON

/// How actions on the numbers of heads are written and told.
enum HeadsCoding {
  static let names = [
    "sortHeads", "filterHeads", "openHeadFilter", "typeHeadFilter", "keepHeadFilter", "restoreHeadFilter",
    "selectLikeHead", "gridNumber", "sortGrid",
  ]

  static func members(of action: HeadsAction) -> [(JSONString, JSONValue)] {
    switch action {
    case .sort(let column, let isDescending):
      ActionCoding.named(
        "sortHeads",
        [("by", JSONValue(column.rawValue)), ("order", JSONValue(isDescending ? "descending" : "ascending"))])
    case .filter(let text): ActionCoding.named("filterHeads", [("text", JSONValue(text))])
    case .openFilter: ActionCoding.named("openHeadFilter")
    case .typeFilter(let text, let cursor):
      ActionCoding.named("typeHeadFilter", [("text", JSONValue(text)), ("cursor", .integer(cursor))])
    case .keepFilter: ActionCoding.named("keepHeadFilter")
    case .restoreFilter: ActionCoding.named("restoreHeadFilter")
    case .selectLike(let head, let anchor):
      ActionCoding.named(
        "selectLikeHead",
        [
          ("layer", .integer(head.layer)), ("head", .integer(head.head)), ("likeLayer", .integer(anchor.layer)),
          ("likeHead", .integer(anchor.head)),
        ])
    case .gridColumn(let column):
      ActionCoding.named("gridNumber", [("of", column.map { JSONValue($0.rawValue) } ?? .null)])
    case .sortGrid(let isSorted): ActionCoding.named("sortGrid", [("by", JSONValue(isSorted ? "number" : "place"))])
    }
  }

  /// Nil where the name is no such action.
  static func action(named name: String, _ reader: MemberReader) throws(ActionCoding.Failure) -> HeadsAction? {
    switch name {
    case "sortHeads": return .sort(try reader.choice("by"), isDescending: try reader.string("order") == "descending")
    case "filterHeads": return .filter(try reader.string("text"))
    case "openHeadFilter": return .openFilter
    case "typeHeadFilter": return .typeFilter(try reader.string("text"), cursor: try reader.count("cursor"))
    case "keepHeadFilter": return .keepFilter
    case "restoreHeadFilter": return .restoreFilter
    case "selectLikeHead":
      return .selectLike(
        HeadIndex(layer: try reader.count("layer"), head: try reader.count("head")),
        of: HeadIndex(layer: try reader.count("likeLayer"), head: try reader.count("likeHead")))
    case "gridNumber": return .gridColumn(try reader.optionalChoice("of"))
    case "sortGrid": return .sortGrid(try reader.string("by") == "number")
    default: return nil
    }
  }
}

extension HeadsAction {
  /// What was done, in plain words. Layers and heads count from 0.
  var words: String {
    switch self {
    case .sort(let column, let isDescending):
      "sorts heads by \(column.rawValue), \(isDescending ? "descending" : "ascending")"
    case .filter(""): "shows all heads"
    case .filter(let text): "shows heads with \"\(text)\""
    case .openFilter: "begins to type a filter"
    case .typeFilter(let text, _): "types the filter \"\(text)\""
    case .keepFilter: "keeps the filter"
    case .restoreFilter: "takes the filter from before back"
    case .selectLike(let head, let anchor):
      head == anchor
        ? "looks for heads like layer \(anchor.layer) head \(anchor.head)"
        : "layer \(head.layer) head \(head.head), which is like layer \(anchor.layer) head \(anchor.head)"
    case .gridColumn(nil): "shows attention in the grid"
    case .gridColumn(let column?): "shows \(column.rawValue) in the grid"
    case .sortGrid(let isSorted): isSorted ? "sorts the grid, largest first" : "puts the grid back into layers"
    }
  }
}
