import Explorer
import JSON

/// The actions of the view of steps in a session.
enum StepsCoding {
  static let names = ["step", "stepForAllQueries"]

  static func members(of action: StepsAction) -> [(JSONString, JSONValue)] {
    switch action {
    case .stage(let stage): ActionCoding.named("step", [("stage", JSONValue(stage.rawValue))])
    case .showAllQueries(let shows): ActionCoding.named("stepForAllQueries", [("on", .bool(shows))])
    }
  }

  /// Nil where the name is none of theirs.
  static func action(named name: String, _ reader: MemberReader) throws(ActionCoding.Failure) -> StepsAction? {
    switch name {
    case "step": return .stage(try reader.choice("stage"))
    case "stepForAllQueries": return .showAllQueries(try reader.flag("on"))
    default: return nil
    }
  }
}

extension StepsAction {
  /// What was done, in plain words.
  var words: String {
    switch self {
    case .stage(let stage): "step \(stage.rawValue)"
    case .showAllQueries(true): "the whole matrix of the step"
    case .showAllQueries(false): "one query of the step"
    }
  }
}
