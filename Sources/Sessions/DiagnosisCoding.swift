import Activations
import Explorer
import JSON

/// How actions of the list of what looks odd are written and told.
///
///     {"t":3,"action":"visit","view":"mask","layer":2,"head":5,"query":1,"key":4}
enum DiagnosisCoding {
  static let names = ["openDiagnosis", "markOddity", "visit"]

  static func members(of action: DiagnosisAction) -> [(JSONString, JSONValue)] {
    switch action {
    case .open: ActionCoding.named("openDiagnosis")
    case .mark(let line): ActionCoding.named("markOddity", [("line", .integer(line))])
    case .visit(let place):
      ActionCoding.named(
        "visit",
        [
          ("view", JSONValue(place.view.rawValue)), ("layer", .integer(place.head.layer)),
          ("head", .integer(place.head.head)), ("query", .integer(place.query)), ("key", .integer(place.key)),
        ] + (place.stage.map { [(JSONString("stage"), JSONValue($0.rawValue))] } ?? []))
    }
  }

  /// Nil where the name is none of theirs.
  static func action(named name: String, _ reader: MemberReader) throws(ActionCoding.Failure) -> DiagnosisAction? {
    switch name {
    case "openDiagnosis": return .open
    case "markOddity": return .mark(try reader.count("line"))
    case "visit":
      let head = HeadIndex(layer: try reader.count("layer"), head: try reader.count("head"))
      return .visit(
        Place(
          view: try reader.choice("view"), head: head, query: try reader.count("query"), key: try reader.count("key"),
          stage: try reader.optionalChoice("stage")))
    default: return nil
    }
  }
}

extension DiagnosisAction {
  /// What was done, in plain words. Layers, heads and positions count from 0.
  var words: String {
    switch self {
    case .open: "opens the list of what looks odd"
    case .mark(let line): "marks line \(line) of the list"
    case .visit(let place):
      "goes to the \(place.view.title.lowercased()) view: layer \(place.head.layer) head \(place.head.head), query "
        + "\(place.query), key \(place.key)" + (place.stage.map { ", step \($0.rawValue)" } ?? "")
    }
  }
}
