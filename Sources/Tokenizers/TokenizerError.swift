import Support

/// Why a tokenizer cannot be read, in one line that names the file.
public struct TokenizerError: TextualError, Equatable {
  /// What is wrong, in one line.
  public let text: MessageText

  init(_ text: MessageText) { self.text = text }

  init(file: String, _ message: MessageText) { self.init("\(file): \(message)") }
}
