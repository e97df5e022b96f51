/// What lies over the view.
public enum Overlay: Sendable, Equatable {
  case help(scroll: Int)
  /// The list of models; nil marks the one that is loaded.
  case models(marked: Int?)
  /// The list of what can be changed by hand.
  case interventions(marked: Int)
  /// The list of what looks odd.
  case diagnosis(marked: Int)
}
