import Support

/// Why an encoder cannot be loaded or run: one line that says what, in which file, what was expected and found.
public struct EncoderError: TextualError, Equatable {
  public let text: MessageText

  public init(_ text: MessageText) { self.text = text }
}
