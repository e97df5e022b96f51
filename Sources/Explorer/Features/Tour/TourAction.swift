import JSON

/// The beginning and the end of the tour.
public enum TourAction: Sendable, Equatable {
  case begin
  case end
}

extension TourAction: FeatureAction {
  /// Begins on the lecture's sentence with everything as it is in a new exploration, at the head that is marked; or ends.
  public func perform(on state: inout State) {
    guard self == .begin else {
      state.exploration.tour.step = nil
      return
    }
    let head = state.exploration.head
    state.exploration.reset()
    state.exploration.head = head
    (state.exploration.zoom, state.exploration.range) = (.words, .head)
    state.exploration.tour.step = 0
    (state.prompt, state.filterPrompt, state.overlay) = (nil, nil, nil)
  }

  // MARK: In a session

  /// The names of these actions in a session file.
  public static let names = ["beginTour", "endTour"]

  /// How the action is written: its name.
  public var recorded: RecordedAction { RecordedAction(self == .begin ? "beginTour" : "endTour") }

  /// Reads an action by its name; nil if the name is not in `names`.
  public static func read(_ name: String, _ reader: MemberReader) throws(MalformedAction) -> TourAction? {
    switch name {
    case "beginTour": return .begin
    case "endTour": return .end
    default: return nil
    }
  }

  /// A description of the action in plain words.
  public var words: String { self == .begin ? "begins the tour" : "ends the tour" }
}

extension Action {
  /// See ``TourAction/begin``.
  public static var beginTour: Action { .feature(TourAction.begin) }
  /// See ``TourAction/end``.
  public static var endTour: Action { .feature(TourAction.end) }
}
