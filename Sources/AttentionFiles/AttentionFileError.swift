import Support

/// Why attention cannot be read from a file: one line that says what, in which file, and what to do.
public struct AttentionFileError: TextualError, Equatable {
  /// What is wrong, in one line.
  public let text: MessageText

  /// An error that says `text`.
  public init(_ text: MessageText) { self.text = text }
}
