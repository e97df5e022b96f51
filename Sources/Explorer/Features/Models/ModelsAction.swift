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
  public func perform(on state: inout State) {
    switch self {
    case .open: state.overlay = .models(marked: nil)
    case .mark(let index): state.overlay = .models(marked: max(index, 0))
    case .load(let reference):
      state.overlay = nil
      if state.exploration.model != reference { state.exploration.levers.forgetTokens(of: nil) }
      state.exploration.choose(reference)
      state.unreadable[reference] = nil
      state.modelIsNews = true
    }
  }

  // MARK: In a session

  public static let names = ["openModels", "markModel", "loadModel"]

  public var recorded: RecordedAction {
    switch self {
    case .open: RecordedAction("openModels")
    case .mark(let index): RecordedAction("markModel", [("line", .integer(index))])
    case .load(let reference): RecordedAction("loadModel", [("model", JSONValue(reference))])
    }
  }

  public static func read(_ name: String, _ reader: MemberReader) throws(MalformedAction) -> ModelsAction? {
    switch name {
    case "openModels": return .open
    case "markModel": return .mark(try reader.count("line"))
    case "loadModel": return .load(try reader.string("model"))
    default: return nil
    }
  }

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
  public static var openModels: Action { .feature(ModelsAction.open) }
  public static func markModel(_ index: Int) -> Action { .feature(ModelsAction.mark(index)) }
  public static func loadModel(_ reference: String) -> Action { .feature(ModelsAction.load(reference)) }
}
