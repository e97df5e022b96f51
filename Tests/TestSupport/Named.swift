import Testing

/// An argument of a test that is told by a name: all that it holds would fill pages of a log.
public struct Named<Value: Sendable>: CustomTestStringConvertible, Sendable {
  /// The argument itself.
  public let value: Value
  /// The name, for the log.
  public let testDescription: String

  /// Names an argument.
  public init(_ name: String, _ value: Value) {
    testDescription = name
    self.value = value
  }
}

extension Named<String> {
  /// A text that is named by its beginning.
  public init(_ text: String) { self.init(String(text.prefix(60)), text) }
}
