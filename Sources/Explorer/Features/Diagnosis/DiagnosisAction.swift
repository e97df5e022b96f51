import Activations

/// What is done with the list of what looks odd.
public enum DiagnosisAction: Sendable, Equatable {
  /// The list opens.
  case open
  /// The line of the list that is marked.
  case mark(Int)
  /// Goes to where something is to be seen.
  case visit(Place)
}

/// Where something is to be seen: a view, and what is marked in it.
public struct Place: Sendable, Equatable {
  public var view: ViewID
  public var head: HeadIndex
  public var query: Int
  public var key: Int
  /// The stage, for the view of steps.
  public var stage: StepStage?

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
      exploration.query = max(place.query, 0)
      exploration.key = max(place.key, 0)
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
