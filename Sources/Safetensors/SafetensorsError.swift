import Support

/// Why a checkpoint cannot be read or written: one line that says what, in which file, what was expected and found.
public struct SafetensorsError: TextualError, Equatable {
  public let text: MessageText

  /// An error that says `text`.
  public init(_ text: MessageText) { self.text = text }
}
