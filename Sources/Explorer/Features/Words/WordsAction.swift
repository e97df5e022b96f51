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
  public func perform(on state: inout State) { state.perform(self) }

  public static let names = ["hiddenState"]

  public var recorded: RecordedAction {
    switch self {
    case .hiddenState(let index): RecordedAction("hiddenState", [("index", .integer(index))])
    }
  }

  public static func read(_ name: String, _ reader: MemberReader) throws(MalformedAction) -> WordsAction? {
    switch name {
    case "hiddenState": return .hiddenState(try reader.count("index"))
    default: return nil
    }
  }

  /// What was done, in plain words.
  public var words: String {
    switch self {
    case .hiddenState(let index): "hidden state \(index)"
    }
  }
}

extension Action {
  /// One of them.
  public static func words(_ action: WordsAction) -> Action { .feature(action) }
}
