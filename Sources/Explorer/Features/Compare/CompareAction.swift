import Activations
import JSON

/// What is done with a picture that is put aside to compare with.
public enum CompareAction: Sendable, Equatable {
  /// The present picture becomes A.
  case putAside
  /// Picture A is forgotten.
  case forget
  case mode(CompareMode)
  case order(CompareOrder)
  /// Whether A stays at the head that it was put aside with.
  case keepHead(Bool)
}

extension State {
  mutating func perform(_ action: CompareAction) {
    switch action {
    case .putAside:
      exploration.pictureA = ComparedPicture(
        models: exploration.models, request: chosenRequest, head: exploration.head)
      exploration.compare.keepsHead = nil
      notice = "put aside as A; change anything: the Compare view shows what became of it"
    case .forget:
      exploration.pictureA = nil
      exploration.compare.keepsHead = nil
    case .mode(let mode): exploration.compare.mode = mode
    case .order(let order): exploration.compare.order = order
    case .keepHead(let keeps): exploration.compare.keepsHead = keeps
    }
  }
}

// MARK: In a session

extension CompareAction: FeatureAction {
  /// Puts the picture on the screen aside as A, forgets A, or changes how both are compared.
  public func perform(on state: inout State) { state.perform(self) }

  /// The names of these actions in a session file.
  public static let names = ["putAside", "forgetPutAside", "compare", "orderCompared", "keepHeadPutAside"]

  /// How the action is written: its name and its members.
  public var recorded: RecordedAction {
    switch self {
    case .putAside: RecordedAction("putAside")
    case .forget: RecordedAction("forgetPutAside")
    case .mode(let mode): RecordedAction("compare", [("by", JSONValue(mode.rawValue))])
    case .order(let order): RecordedAction("orderCompared", [("by", JSONValue(order.rawValue))])
    case .keepHead(let keeps): RecordedAction("keepHeadPutAside", [("keep", .bool(keeps))])
    }
  }

  /// Reads an action by its name; nil if the name is not in `names`. Throws if a member is missing or invalid.
  public static func read(_ name: String, _ reader: MemberReader) throws(MalformedAction) -> CompareAction? {
    switch name {
    case "putAside": return .putAside
    case "forgetPutAside": return .forget
    case "compare": return .mode(try reader.choice("by"))
    case "orderCompared": return .order(try reader.choice("by"))
    case "keepHeadPutAside": return .keepHead(try reader.flag("keep"))
    default: return nil
    }
  }

  /// A description of the action in plain words.
  public var words: String {
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

extension Action {
  /// An action of this feature.
  public static func compare(_ action: CompareAction) -> Action { .feature(action) }
}
