import Support

/// Why a checkpoint cannot be read: one line that says what, in which file, what was expected and found.
public struct CheckpointError: TextualError, Equatable {
  /// What is wrong, in one line.
  public let text: MessageText

  /// An error that says `text`.
  public init(_ text: MessageText) { self.text = text }
}
