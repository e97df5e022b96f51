import JSON

/// What is done with the places that were kept: marks that were set and notes that were written while exploring.
public enum PlacesAction: Sendable, Equatable {
  /// Keeps what is on the screen. A note that is written where a mark was just set goes with it.
  case keep(title: String, note: String)
  /// Goes back to a kept place, counted from 0. Whatever was chosen there is chosen again.
  case visit(Int)
}

/// What was on the screen when a mark was set or a note was written.
public struct KeptPlace: Sendable, Equatable {
  /// The mark's title; empty for a note alone.
  public internal(set) var title: String
  /// What was noted there; may be empty.
  public internal(set) var note: String
  /// Everything that was chosen.
  public let exploration: Exploration
}

extension PlacesAction: FeatureAction {
  /// Keeps a place, or goes back to one; one that there is not changes nothing.
  public func perform(on state: inout State) {
    switch self {
    case .keep(let title, let note):
      if let last = state.places.last, last.exploration == state.exploration, title.isEmpty || last.title.isEmpty {
        if !title.isEmpty { state.places[state.places.count - 1].title = title }
        if !note.isEmpty { state.places[state.places.count - 1].note = note }
      } else {
        state.places.append(KeptPlace(title: title, note: note, exploration: state.exploration))
        if state.places.count > State.mostPlaces { state.places.removeFirst() }
      }
    case .visit(let index):
      guard state.places.indices.contains(index) else { break }
      let place = state.places[index]
      state.exploration = place.exploration
      state.overlay = nil
      state.prompt = nil
      state.filterPrompt = nil
      state.notice = [place.title, place.note].filter { !$0.isEmpty }.joined(separator: ": ")
    }
  }

  // MARK: In a session

  /// The names of these actions in a session file.
  public static let names = ["keepPlace", "visitPlace"]

  /// How the action is written: its name and its members.
  public var recorded: RecordedAction {
    switch self {
    case .keep(let title, let note):
      RecordedAction("keepPlace", [("title", JSONValue(title)), ("note", JSONValue(note))])
    case .visit(let index): RecordedAction("visitPlace", [("place", .integer(index))])
    }
  }

  /// Reads an action by its name; nil if the name is not in `names`. Throws if a member is missing or invalid.
  public static func read(_ name: String, _ reader: MemberReader) throws(MalformedAction) -> PlacesAction? {
    switch name {
    case "keepPlace": return .keep(title: try reader.string("title"), note: try reader.string("note"))
    case "visitPlace": return .visit(try reader.count("place"))
    default: return nil
    }
  }

  /// A description of the action in plain words. Places count from 0.
  public var words: String {
    switch self {
    case .keep("", _): "keeps this place with a note"
    case .keep(let title, _): "keeps this place as \"\(title)\""
    case .visit(let index): "goes back to place \(index)"
    }
  }
}

extension State {
  /// How many places are kept at most.
  static let mostPlaces = 1000
}

extension Action {
  /// An action of this feature.
  public static func places(_ action: PlacesAction) -> Action { .feature(action) }
}
