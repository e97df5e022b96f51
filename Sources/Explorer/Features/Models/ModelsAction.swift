import JSON

/// The list of models, and going over to another one.
public enum ModelsAction: Sendable, Equatable {
  case open
  /// The line of the list that is marked.
  case mark(Int)
  /// Work on with another model.
  case load(String)
}

extension ModelsAction: FeatureAction {
  /// Opens the list, marks a line of it, or chooses a model; another one forgets what was changed in tokens by hand.
  public func perform(on state: inout State) {
    switch self {
    case .open: state.overlay = .models(marked: nil)
    case .mark(let index): state.overlay = .models(marked: max(index, 0))
    case .load(let reference):
      state.overlay = nil
      if state.exploration.model != reference {
        state.exploration.interventions.forgetTokens(of: nil)
        state.exploration.training.run = nil
      }
      state.exploration.choose(reference)
      state.unreadable[reference] = nil
      state.modelIsNews = true
    }
  }

  // MARK: In a session

  /// The names of these actions in a session file.
  public static let names = ["openModels", "markModel", "loadModel"]

  /// How the action is written: its name and its members.
  public var recorded: RecordedAction {
    switch self {
    case .open: RecordedAction("openModels")
    case .mark(let index): RecordedAction("markModel", [("line", .integer(index))])
    case .load(let reference): RecordedAction("loadModel", [("model", JSONValue(reference))])
    }
  }

  /// Reads an action by its name; nil if the name is not in `names`. Throws if a member is missing or invalid.
  public static func read(_ name: String, _ reader: MemberReader) throws(MalformedAction) -> ModelsAction? {
    switch name {
    case "openModels": return .open
    case "markModel": return .mark(try reader.count("line"))
    case "loadModel": return .load(try reader.string("model"))
    default: return nil
    }
  }

  /// A description of the action in plain words. Lines count from 0.
  public var words: String {
    switch self {
    case .open: "opens the list of models"
    case .mark(let line): "marks line \(line) of the list"
    case .load(let reference): "loads \(reference)"
    }
  }
}

// MARK: Short forms

extension Action {
  /// See ``ModelsAction/open``.
  public static var openModels: Action { .feature(ModelsAction.open) }
  /// See ``ModelsAction/mark(_:)``: a line from 0.
  public static func markModel(_ index: Int) -> Action { .feature(ModelsAction.mark(index)) }
  /// See ``ModelsAction/load(_:)``: what `--model` would take.
  public static func loadModel(_ reference: String) -> Action { .feature(ModelsAction.load(reference)) }
}
