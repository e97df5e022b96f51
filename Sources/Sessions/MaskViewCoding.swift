import Explorer
import JSON

/// The actions of the view of the mask in a session.
enum MaskViewCoding {
  static let names = ["maskPicture", "maskBottomUp", "maskWordsOnly"]

  static func members(of action: MaskViewAction) -> [(JSONString, JSONValue)] {
    switch action {
    case .picture(let picture): ActionCoding.named("maskPicture", [("picture", JSONValue(picture.rawValue))])
    case .bottomUp(let isBottomUp): ActionCoding.named("maskBottomUp", [("on", .bool(isBottomUp))])
    case .wordsOnly(let wordsOnly): ActionCoding.named("maskWordsOnly", [("on", .bool(wordsOnly))])
    }
  }

  /// Nil where the name is none of theirs.
  static func action(named name: String, _ reader: MemberReader) throws(ActionCoding.Failure) -> MaskViewAction? {
    switch name {
    case "maskPicture": return .picture(try reader.choice("picture"))
    case "maskBottomUp": return .bottomUp(try reader.flag("on"))
    case "maskWordsOnly": return .wordsOnly(try reader.flag("on"))
    default: return nil
    }
  }
}

extension MaskViewAction {
  /// What was done, in plain words.
  var words: String {
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
