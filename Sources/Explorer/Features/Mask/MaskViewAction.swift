import JSON

/// What can be done in the view of the mask.
public enum MaskViewAction: Sendable, Hashable {
  case picture(MaskPicture)
  case bottomUp(Bool)
  case wordsOnly(Bool)
}

extension State {
  mutating func perform(_ action: MaskViewAction) {
    switch action {
    case .picture(let picture): self.maskView.picture = picture
    case .bottomUp(let isBottomUp): self.maskView.isBottomUp = isBottomUp
    case .wordsOnly(let wordsOnly): self.maskView.showsWordsOnly = wordsOnly
    }
  }
}

// MARK: In a session

extension MaskViewAction: FeatureAction {
  /// Changes what the view of the mask draws, from where, and of which tokens.
  public func perform(on state: inout State) { state.perform(self) }

  /// The names of these actions in a session file.
  public static let names = ["maskPicture", "maskBottomUp", "maskWordsOnly"]

  /// How the action is written: its name and its members.
  public var recorded: RecordedAction {
    switch self {
    case .picture(let picture): RecordedAction("maskPicture", [("picture", JSONValue(picture.rawValue))])
    case .bottomUp(let isBottomUp): RecordedAction("maskBottomUp", [("on", .bool(isBottomUp))])
    case .wordsOnly(let wordsOnly): RecordedAction("maskWordsOnly", [("on", .bool(wordsOnly))])
    }
  }

  /// Reads an action by its name; nil if the name is not in `names`. Throws if a member is missing or invalid.
  public static func read(_ name: String, _ reader: MemberReader) throws(MalformedAction) -> MaskViewAction? {
    switch name {
    case "maskPicture": return .picture(try reader.choice("picture"))
    case "maskBottomUp": return .bottomUp(try reader.flag("on"))
    case "maskWordsOnly": return .wordsOnly(try reader.flag("on"))
    default: return nil
    }
  }

  /// A description of the action in plain words.
  public var words: String {
    switch self {
    case .picture(.both): "the mask as S(query, key) and as 0 and 1"
    case .picture(.names): "the mask as S(query, key)"
    case .picture(.grid): "the mask as 0 and 1"
    case .bottomUp(true): "the first query at the bottom"
    case .bottomUp(false): "the first query at the top"
    case .wordsOnly(true): "words and PAD only"
    case .wordsOnly(false): "special tokens too"
    }
  }
}

extension Action {
  /// An action of this feature.
  public static func maskView(_ action: MaskViewAction) -> Action { .feature(action) }
}
