import Activations
import JSON

/// What is done with the vectors of words.
public enum WordsAction: Sendable, Equatable {
  /// Which hidden state is looked at; 0 is the input of layer 0.
  case hiddenState(Int)
}

extension State {
  mutating func perform(_ action: WordsAction) {
    switch action {
    case .hiddenState(let index): exploration.words.hiddenState = max(index, 0)
    }
  }
}

// MARK: In a session

extension WordsAction: FeatureAction {
  /// Goes to a hidden state; numbers below 0 become 0.
  public func perform(on state: inout State) { state.perform(self) }

  /// The names of these actions in a session file.
  public static let names = ["hiddenState"]

  /// How the action is written: its name and its members.
  public var recorded: RecordedAction {
    switch self {
    case .hiddenState(let index): RecordedAction("hiddenState", [("index", .integer(index))])
    }
  }

  /// Reads an action by its name; nil if the name is not in `names`. Throws if a member is missing or invalid.
  public static func read(_ name: String, _ reader: MemberReader) throws(MalformedAction) -> WordsAction? {
    switch name {
    case "hiddenState": return .hiddenState(try reader.count("index"))
    default: return nil
    }
  }

  /// A description of the action in plain words.
  public var words: String {
    switch self {
    case .hiddenState(let index): "hidden state \(index)"
    }
  }
}

extension Action {
  /// An action of this feature.
  public static func words(_ action: WordsAction) -> Action { .feature(action) }
}
