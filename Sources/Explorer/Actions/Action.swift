import JSON

/// Something that a person did, as what it means and not as the key that was pressed: rebinding a key or resizing a
/// terminal does not change what a recorded action says. A session is a list of these.
public enum Action: Sendable, Equatable {
  /// Take the last change of the exploration back; bring it again.
  case undo
  case redo
  /// Everything as a new exploration has it; the model stays.
  case reset
  /// Ends undo here: what was done so far cannot be undone.
  case begin
  /// An action that a feature defines.
  case feature(AnyFeatureAction)

  /// An action of a feature.
  public static func feature(_ action: some FeatureAction) -> Action { .feature(AnyFeatureAction(action)) }

  /// The action as an action of a feature; nil if it is not one.
  public func of<Feature: FeatureAction>(_ type: Feature.Type = Feature.self) -> Feature? {
    guard case .feature(let action) = self else { return nil }
    return action.base as? Feature
  }
}

// MARK: In a session

extension Action {
  /// The names of all actions in a session.
  public static let names = ["undo", "redo", "reset", "begin"] + Features.actions.flatMap { $0.names }

  /// Members that are optional, by the name of the action.
  public static let optionalMembers = Features.actions.reduce(into: [String: [String]]()) { all, feature in
    all.merge(feature.optionalMembers) { $0 + $1 }
  }

  /// How the action is written.
  public var recorded: RecordedAction {
    switch self {
    case .undo: RecordedAction("undo")
    case .redo: RecordedAction("redo")
    case .reset: RecordedAction("reset")
    case .begin: RecordedAction("begin")
    case .feature(let action): action.base.recorded
    }
  }

  /// Reads an action; nil where no action of this program has the name that the object gives.
  ///
  /// - Throws: what is wrong with a member.
  public static func read(_ object: JSONObject) throws(MalformedAction) -> Action? {
    let reader = MemberReader(object)
    let name = try reader.string("action")
    switch name {
    case "undo": return .undo
    case "redo": return .redo
    case "reset": return .reset
    case "begin": return .begin
    default:
      guard let feature = features[name], let action = try feature.read(name, reader) else { return nil }
      return .feature(AnyFeatureAction(action))
    }
  }

  /// The feature's action type that has a name.
  private static let features = Features.actions.reduce(into: [String: any FeatureAction.Type]()) { all, feature in
    for name in feature.names { all[name] = feature }
  }

  /// A description of the action in plain words. Layers, heads and positions count from 0.
  public var words: String {
    switch self {
    case .undo: "takes the last change back"
    case .redo: "brings it again"
    case .reset: "sets everything back"
    case .begin: "begins here"
    case .feature(let action): action.base.words
    }
  }
}
