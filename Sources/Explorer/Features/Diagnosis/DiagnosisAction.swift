import Activations
import JSON

/// Actions on the list of oddities (what looks odd in the picture).
public enum DiagnosisAction: Sendable, Equatable {
  /// The list opens.
  case open
  /// The line of the list that is marked.
  case mark(Int)
  /// Goes to the view and the position that show an oddity.
  case visit(DiagnosisPlace)
}

/// A place where an oddity can be seen: a view, and what is marked in it.
public struct DiagnosisPlace: Sendable, Equatable {
  /// The view.
  public var view: ViewID
  /// The head that is selected; layer and head count from 0.
  public var head: HeadIndex
  /// The query under the crosshair, a position from 0.
  public var query: Int
  /// The key under the crosshair, a position from 0.
  public var key: Int
  /// The stage, for the view of steps.
  public var stage: StepStage?

  /// A place, counted from 0. Without a stage the view of steps keeps its own.
  public init(view: ViewID, head: HeadIndex, query: Int, key: Int, stage: StepStage? = nil) {
    self.view = view
    self.head = head
    self.query = query
    self.key = key
    self.stage = stage
  }
}

extension State {
  mutating func perform(_ action: DiagnosisAction) {
    switch action {
    case .open: overlay = .diagnosis(marked: 0)
    case .mark(let line): overlay = .diagnosis(marked: max(line, 0))
    case .visit(let place):
      overlay = nil
      exploration.view = place.view
      exploration.head = HeadIndex(layer: max(place.head.layer, 0), head: max(place.head.head, 0))
      exploration.mark(query: place.query, key: place.key)
      if let stage = place.stage { exploration.steps.stage = stage }
    }
  }

  /// Whether the list of what looks odd lies over the view.
  var isDiagnosing: Bool {
    if case .diagnosis = overlay { true } else { false }
  }

  /// What has to be worked out for it. A batch is looked at sentence by sentence, and two of them beside each other.
  var diagnosisAnalyses: [Analysis] {
    guard isDiagnosing else { return [] }
    return otherSentence == nil ? [.diagnosis] : [.diagnosis, .variability]
  }
}

// MARK: In a session

/// How they are written:
///
///     {"t":3,"action":"visit","view":"mask","layer":2,"head":5,"query":1,"key":4}
extension DiagnosisAction: FeatureAction {
  /// Opens the list, marks a line of it, or closes it and goes to a place. Numbers below 0 become 0.
  public func perform(on state: inout State) { state.perform(self) }

  /// The names of these actions in a session file.
  public static let names = ["openDiagnosis", "markOddity", "visit"]
  /// A visit can do without the stage.
  public static let optionalMembers = ["visit": ["stage"]]

  /// How the action is written: its name and its members.
  public var recorded: RecordedAction {
    switch self {
    case .open: RecordedAction("openDiagnosis")
    case .mark(let line): RecordedAction("markOddity", [("line", .integer(line))])
    case .visit(let place):
      RecordedAction(
        "visit",
        [
          ("view", JSONValue(place.view.rawValue)), ("layer", .integer(place.head.layer)),
          ("head", .integer(place.head.head)), ("query", .integer(place.query)), ("key", .integer(place.key)),
        ] + (place.stage.map { [(JSONString("stage"), JSONValue($0.rawValue))] } ?? []))
    }
  }

  /// Reads an action by its name; nil if the name is not in `names`. Throws if a member is missing or invalid.
  public static func read(_ name: String, _ reader: MemberReader) throws(MalformedAction) -> DiagnosisAction? {
    switch name {
    case "openDiagnosis": return .open
    case "markOddity": return .mark(try reader.count("line"))
    case "visit":
      let head = HeadIndex(layer: try reader.count("layer"), head: try reader.count("head"))
      return .visit(
        DiagnosisPlace(
          view: try reader.choice("view"), head: head, query: try reader.count("query"), key: try reader.count("key"),
          stage: try reader.optionalChoice("stage")))
    default: return nil
    }
  }

  /// A description of the action in plain words. Layers, heads and positions count from 0.
  public var words: String {
    switch self {
    case .open: "opens the list of what looks odd"
    case .mark(let line): "marks line \(line) of the list"
    case .visit(let place):
      "goes to the \(place.view.title.lowercased()) view: layer \(place.head.layer) head \(place.head.head), query "
        + "\(place.query), key \(place.key)" + (place.stage.map { ", step \($0.rawValue)" } ?? "")
    }
  }
}

extension Action {
  /// An action of this feature.
  public static func diagnosis(_ action: DiagnosisAction) -> Action { .feature(action) }
}
