import Explorer
import JSON

/// How actions on the vectors of words are written and told.
enum WordsCoding {
  static let names = ["hiddenState"]

  static func members(of action: WordsAction) -> [(JSONString, JSONValue)] {
    switch action {
    case .hiddenState(let index): ActionCoding.named("hiddenState", [("index", .integer(index))])
    }
  }

  /// Nil where the name is no such action.
  static func action(named name: String, _ reader: MemberReader) throws(ActionCoding.Failure) -> WordsAction? {
    switch name {
    case "hiddenState": return .hiddenState(try reader.count("index"))
    default: return nil
    }
  }
}

extension WordsAction {
  /// What was done, in plain words.
  var words: String {
    switch self {
    case .hiddenState(let index): "hidden state \(index)"
    }
  }
}
