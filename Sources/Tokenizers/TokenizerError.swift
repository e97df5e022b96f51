/// Why a tokenizer cannot be read, in one line that names the file.
public struct TokenizerError: Error, Equatable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }

  init(file: String, _ message: String) { self.init("\(file): \(message)") }
}
