import Activations
import JSON

/// Going from view to view, from head to head and from token to token.
public enum NavigationAction: Sendable, Equatable {
  /// Goes to a view; with a head, to that head in it.
  case show(ViewID, HeadIndex? = nil)
  case selectHead(HeadIndex)
  /// The crosshair, by position.
  case selectPair(query: Int, key: Int)
}

extension NavigationAction: FeatureAction {
  /// Goes to a view, which closes what lies over it, or selects a head or a pair. Numbers below 0 become 0.
  public func perform(on state: inout State) {
    switch self {
    case .show(let view, let index):
      state.view = view
      state.overlay = nil
      if let index { state.exploration.select(index) }
    case .selectHead(let index): state.exploration.select(index)
    case .selectPair(let query, let key):
      state.exploration.mark(query: query, key: key)
    }
  }

  // MARK: In a session

  /// The names of these actions in a session file.
  public static let names = ["show", "selectHead", "selectPair"]
  /// A view is shown with the head that was selected before, where none is named.
  public static let optionalMembers = ["show": ["layer", "head"]]

  /// How the action is written: its name and its members.
  public var recorded: RecordedAction {
    switch self {
    case .show(let view, let index): RecordedAction("show", [("view", JSONValue(view.rawValue))]).with(index)
    case .selectHead(let index):
      RecordedAction("selectHead", [("layer", .integer(index.layer)), ("head", .integer(index.head))])
    case .selectPair(let query, let key):
      RecordedAction("selectPair", [("query", .integer(query)), ("key", .integer(key))])
    }
  }

  /// Reads an action by its name; nil if the name is not in `names`. Throws if a member is missing or invalid.
  public static func read(_ name: String, _ reader: MemberReader) throws(MalformedAction) -> NavigationAction? {
    switch name {
    case "show": return .show(try reader.choice("view"), try reader.optionalHead())
    case "selectHead": return .selectHead(HeadIndex(layer: try reader.count("layer"), head: try reader.count("head")))
    case "selectPair": return .selectPair(query: try reader.count("query"), key: try reader.count("key"))
    default: return nil
    }
  }

  /// A description of the action in plain words. Layers, heads and positions count from 0.
  public var words: String {
    switch self {
    case .show(let view, let index):
      "shows the \(view.title.lowercased()) view" + (index.map { " of layer \($0.layer) head \($0.head)" } ?? "")
    case .selectHead(let index): "layer \(index.layer) head \(index.head)"
    case .selectPair(let query, let key): "query \(query), key \(key)"
    }
  }
}

extension Exploration {
  /// Selects a head; numbers below 0 become 0.
  mutating func select(_ index: HeadIndex) {
    head = HeadIndex(layer: max(index.layer, 0), head: max(index.head, 0))
  }
}

// MARK: Short forms

extension Action {
  /// See ``NavigationAction/show(_:_:)``.
  public static func show(_ view: ViewID, _ head: HeadIndex? = nil) -> Action {
    .feature(NavigationAction.show(view, head))
  }
  /// See ``NavigationAction/selectHead(_:)``: layer and head count from 0.
  public static func selectHead(_ index: HeadIndex) -> Action { .feature(NavigationAction.selectHead(index)) }
  /// See ``NavigationAction/selectPair(query:key:)``: positions from 0.
  public static func selectPair(query: Int, key: Int) -> Action {
    .feature(NavigationAction.selectPair(query: query, key: key))
  }
}
