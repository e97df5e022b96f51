import Activations
import JSON

/// What is done with the table of heads, and with its numbers in the grid.
public enum HeadsAction: Sendable, Equatable {
  case sort(HeadColumn, isDescending: Bool)
  /// Which heads are shown; see `HeadFilter`. Where the selected head is not among them, the first that is gets selected.
  case filter(String, marking: HeadIndex? = nil)
  /// The line for a filter opens on the present one; what is typed in it filters at once.
  case openFilter
  case typeFilter(String, cursor: Int)
  case keepFilter(marking: HeadIndex? = nil)
  case restoreFilter
  /// Selects a head that is similar to another one. If both are the same, only the head to compare with is set.
  case selectLike(HeadIndex, of: HeadIndex)
  /// The number that the grid shows of every head; nil for their attention.
  case gridColumn(HeadColumn?)
  case sortGrid(Bool)
}

extension State {
  mutating func perform(_ action: HeadsAction) {
    switch action {
    case .sort(let column, let isDescending):
      exploration.heads.column = column
      exploration.heads.isDescending = isDescending
    case .filter(let text, let marked):
      exploration.heads.filter = text
      if let marked { exploration.select(marked) }
    case .openFilter:
      overlay = nil
      filterPrompt = TextField(exploration.heads.filter)
    case .typeFilter(let text, let cursor):
      filterPrompt = TextField(text, cursor: cursor)
    case .keepFilter(let marked):
      if let marked { exploration.select(marked) }
      guard let field = filterPrompt else { break }
      exploration.heads.filter = field.text
      filterPrompt = nil
    case .restoreFilter: filterPrompt = nil
    case .selectLike(let head, let anchor):
      exploration.select(head)
      exploration.heads.likeness = HeadsChoices.Likeness(anchor: anchor, reached: exploration.head)
      if exploration.head == anchor { notice = "all heads are compared with this one; n goes to the one most like it" }
    case .gridColumn(let column):
      exploration.heads.gridColumn = column == .place || column == .pattern ? nil : column
      if exploration.heads.gridColumn == nil { exploration.heads.isGridSorted = false }
    case .sortGrid(let isSorted): exploration.heads.isGridSorted = isSorted
    }
  }
}

// MARK: In a session

extension HeadsAction: FeatureAction {
  /// Sorts or filters the table, edits its filter, goes to a head like another, or changes the number in the grid.
  public func perform(on state: inout State) { state.perform(self) }

  /// The names of these actions in a session file.
  public static let names = [
    "sortHeads", "filterHeads", "openHeadFilter", "typeHeadFilter", "keepHeadFilter", "restoreHeadFilter",
    "selectLikeHead", "gridNumber", "sortGrid",
  ]
  /// The head that is selected, because the one that was is not among those that the filter shows.
  public static let optionalMembers = ["filterHeads": ["layer", "head"], "keepHeadFilter": ["layer", "head"]]

  /// How the action is written: its name and its members.
  public var recorded: RecordedAction {
    switch self {
    case .sort(let column, let isDescending):
      RecordedAction(
        "sortHeads",
        [("by", JSONValue(column.rawValue)), ("order", JSONValue(isDescending ? "descending" : "ascending"))])
    case .filter(let text, let marked): RecordedAction("filterHeads", [("text", JSONValue(text))]).with(marked)
    case .openFilter: RecordedAction("openHeadFilter")
    case .typeFilter(let text, let cursor):
      RecordedAction("typeHeadFilter", [("text", JSONValue(text)), ("cursor", .integer(cursor))])
    case .keepFilter(let marked): RecordedAction("keepHeadFilter").with(marked)
    case .restoreFilter: RecordedAction("restoreHeadFilter")
    case .selectLike(let head, let anchor):
      RecordedAction(
        "selectLikeHead",
        [
          ("layer", .integer(head.layer)), ("head", .integer(head.head)), ("likeLayer", .integer(anchor.layer)),
          ("likeHead", .integer(anchor.head)),
        ])
    case .gridColumn(let column):
      RecordedAction("gridNumber", [("of", column.map { JSONValue($0.rawValue) } ?? .null)])
    case .sortGrid(let isSorted): RecordedAction("sortGrid", [("by", JSONValue(isSorted ? "number" : "place"))])
    }
  }

  /// Reads an action by its name; nil if the name is not in `names`. Throws if a member is missing or invalid.
  public static func read(_ name: String, _ reader: MemberReader) throws(MalformedAction) -> HeadsAction? {
    switch name {
    case "sortHeads": return .sort(try reader.choice("by"), isDescending: try reader.string("order") == "descending")
    case "filterHeads": return .filter(try reader.string("text"), marking: try reader.optionalHead())
    case "openHeadFilter": return .openFilter
    case "typeHeadFilter": return .typeFilter(try reader.string("text"), cursor: try reader.count("cursor"))
    case "keepHeadFilter": return .keepFilter(marking: try reader.optionalHead())
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

  /// A description of the action in plain words. Layers and heads count from 0.
  public var words: String {
    switch self {
    case .sort(let column, let isDescending):
      "sorts heads by \(column.rawValue), \(isDescending ? "descending" : "ascending")"
    case .filter("", _): "shows all heads"
    case .filter(let text, let marked): "shows heads with \"\(text)\"" + HeadsAction.words(marking: marked)
    case .openFilter: "begins to type a filter"
    case .typeFilter(let text, _): "types the filter \"\(text)\""
    case .keepFilter(let marked): "keeps the filter" + HeadsAction.words(marking: marked)
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

extension HeadsAction {
  private static func words(marking head: HeadIndex?) -> String {
    head.map { ", and goes to layer \($0.layer) head \($0.head)" } ?? ""
  }
}

extension Action {
  /// An action of this feature.
  public static func heads(_ action: HeadsAction) -> Action { .feature(action) }
}
