/// The sentence prompt: a text, a cursor, and the text from before.
public struct Prompt: Sendable, Equatable {
  public var text: String
  /// How many characters stand before the cursor.
  public var cursor: Int
  public var original: String
}

/// What lies over the view.
public enum Overlay: Sendable, Equatable {
  case help(scroll: Int)
  /// The list of models; nil marks the one that is loaded.
  case models(marked: Int?)
  /// The list of what can be changed by hand.
  case levers(marked: Int)
}
