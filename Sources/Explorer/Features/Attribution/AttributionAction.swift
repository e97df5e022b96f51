import JSON

/// What is done about attribution.
public enum AttributionAction: Sendable, Equatable {
  /// Whether pictures show (α ∘ ∂y/∂α)⁺ instead of α.
  case show(Bool)
  /// What y is; nil for what the model predicts.
  case target(AttributionTarget?)
}

// MARK: In a session

extension AttributionAction: FeatureAction {
  /// Changes whether attribution is shown, or what is attributed. Pictures show either this or lengths.
  public func perform(on state: inout State) {
    switch self {
    case .show(let isOn):
      state.exploration.attribution.isOn = isOn
      if isOn { state.exploration.showsNorms = false }
    case .target(let target): state.exploration.attribution.target = target
    }
  }

  /// The names of these actions in a session file.
  public static let names = ["showAttribution", "attribute"]

  /// Members that are optional, by the name of the action.
  public static let optionalMembers = ["attribute": ["id", "mask"]]

  private enum Kind: String, CaseIterable {
    case predicted, label, token, nextSentence, putAside
  }

  /// How the action is written: its name and its members.
  public var recorded: RecordedAction {
    func target(_ kind: Kind, _ members: [(JSONString, JSONValue)] = []) -> RecordedAction {
      RecordedAction("attribute", [("to", JSONValue(kind.rawValue))] + members)
    }
    return switch self {
    case .show(let isOn): RecordedAction("showAttribution", [("on", .bool(isOn))])
    case .target(nil): target(.predicted)
    case .target(.label(let id)): target(.label, [("id", .integer(id))])
    case .target(.token(let id, let mask)): target(.token, [("id", .integer(id)), ("mask", .integer(mask))])
    case .target(.nextSentence): target(.nextSentence)
    case .target(.putAside): target(.putAside)
    }
  }

  /// Reads an action by its name; nil if the name is not in `names`. Throws if a member is missing or invalid.
  public static func read(_ name: String, _ reader: MemberReader) throws(MalformedAction) -> AttributionAction? {
    switch name {
    case "showAttribution": return .show(try reader.flag("on"))
    case "attribute":
      let kind: Kind = try reader.choice("to")
      switch kind {
      case .predicted: return .target(nil)
      case .label: return .target(.label(try reader.count("id")))
      case .token: return .target(.token(try reader.count("id"), mask: try reader.optionalCount("mask") ?? 0))
      case .nextSentence: return .target(.nextSentence)
      case .putAside: return .target(.putAside)
      }
    default: return nil
    }
  }

  /// A description of the action in plain words. Labels, tokens and `[MASK]`s count from 0.
  public var words: String {
    switch self {
    case .show(true): "shows attention times its gradient, (p dy/dp)+"
    case .show(false): "shows the attention itself"
    case .target(nil): "attributes what the model predicts"
    case .target(.label(let id)): "attributes the logit of label \(id)"
    case .target(.token(let id, let mask)): "attributes the logit of token \(id) at [MASK] \(mask)"
    case .target(.nextSentence): "attributes the cosine with the next sentence"
    case .target(.putAside): "attributes the cosine with the sentence put aside"
    }
  }
}

extension Action {
  /// An action of this feature.
  public static func attribution(_ action: AttributionAction) -> Action { .feature(action) }
}
