import JSON

/// What can be done in the view of steps.
public enum StepsAction: Sendable, Hashable {
  case stage(StepStage)
  /// Shows the whole matrix of a stage, or one query's part of it.
  case showAllQueries(Bool)
}

extension State {
  mutating func perform(_ action: StepsAction) {
    switch action {
    case .stage(let stage): self.steps.stage = stage
    case .showAllQueries(let shows): self.steps.showsAllQueries = shows
    }
  }
}

// MARK: In a session

extension StepsAction: FeatureAction {
  /// Goes to a stage, or changes whether it is shown for all queries.
  public func perform(on state: inout State) { state.perform(self) }

  /// The names of these actions in a session file.
  public static let names = ["step", "stepForAllQueries"]

  /// How the action is written: its name and its members.
  public var recorded: RecordedAction {
    switch self {
    case .stage(let stage): RecordedAction("step", [("stage", JSONValue(stage.rawValue))])
    case .showAllQueries(let shows): RecordedAction("stepForAllQueries", [("on", .bool(shows))])
    }
  }

  /// Reads an action by its name; nil if the name is not in `names`. Throws if a member is missing or invalid.
  public static func read(_ name: String, _ reader: MemberReader) throws(MalformedAction) -> StepsAction? {
    switch name {
    case "step": return .stage(try reader.choice("stage"))
    case "stepForAllQueries": return .showAllQueries(try reader.flag("on"))
    default: return nil
    }
  }

  /// A description of the action in plain words.
  public var words: String {
    switch self {
    case .stage(let stage): "step \(stage.rawValue)"
    case .showAllQueries(true): "the whole matrix of the step"
    case .showAllQueries(false): "one query of the step"
    }
  }
}

extension Action {
  /// An action of this feature.
  public static func steps(_ action: StepsAction) -> Action { .feature(action) }
}
