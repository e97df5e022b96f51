import Activations
import JSON

/// What is done with the lines of the Head view.
public enum LinesAction: Sendable, Equatable {
  /// Lines between words, or cells.
  case show(Bool)
  /// Whose lines.
  case queries(LineQueries)
  /// Whether a head's lines stay while another head is looked at.
  case keep(HeadIndex, Bool)
}

extension LinesAction: FeatureAction {
  /// Changes which lines are shown. A head is kept once; beyond the most that can be told apart, the first gives way.
  public func perform(on state: inout State) {
    switch self {
    case .show(let isShown): state.exploration.lines.isShown = isShown
    case .queries(let queries): state.exploration.lines.queries = queries
    case .keep(let head, let isKept):
      let others = state.exploration.lines.kept.filter { $0 != head }
      state.exploration.lines.kept = isKept ? (others + [head]).suffix(LinesChoices.mostKept) : others
    }
  }

  // MARK: In a session

  /// The names of these actions in a session file.
  public static let names = ["showLines", "lineQueries", "keepLines"]

  /// How the action is written: its name and its members.
  public var recorded: RecordedAction {
    switch self {
    case .show(let isShown): RecordedAction("showLines", [("on", .bool(isShown))])
    case .queries(let queries): RecordedAction("lineQueries", [("of", JSONValue(queries.rawValue))])
    case .keep(let head, let isKept):
      RecordedAction(
        "keepLines", [("layer", .integer(head.layer)), ("head", .integer(head.head)), ("on", .bool(isKept))])
    }
  }

  /// Reads an action by its name; nil if the name is not in `names`. Throws if a member is missing or invalid.
  public static func read(_ name: String, _ reader: MemberReader) throws(MalformedAction) -> LinesAction? {
    switch name {
    case "showLines": return .show(try reader.flag("on"))
    case "lineQueries": return .queries(try reader.choice("of"))
    case "keepLines":
      let head = HeadIndex(layer: try reader.count("layer"), head: try reader.count("head"))
      return .keep(head, try reader.flag("on"))
    default: return nil
    }
  }

  /// A description of the action in plain words.
  public var words: String {
    switch self {
    case .show(true): "one head as lines between words"
    case .show(false): "one head as cells"
    case .queries(.all): "lines of all queries"
    case .queries(.marked): "lines of the marked query"
    case .keep(let head, true): "the lines of layer \(head.layer) head \(head.head) stay"
    case .keep(let head, false): "the lines of layer \(head.layer) head \(head.head) go"
    }
  }
}

extension Action {
  /// An action of this feature.
  public static func lines(_ action: LinesAction) -> Action { .feature(action) }
}
