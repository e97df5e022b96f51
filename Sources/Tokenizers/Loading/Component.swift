import JSON
import Support

/// A part of `tokenizer.json` while it is read: its settings, and where it stands, for the messages of errors.
///
/// A setting that is missing has the default of Hugging Face's `tokenizers`; one of the wrong kind is an error.
struct Component {
  let file: String
  /// `normalizer.normalizers[1]`
  let path: String
  let object: JSONObject

  init(file: String, path: String, _ value: JSONValue) throws(TokenizerError) {
    guard case .object(let object) = value else {
      throw TokenizerError(file: file, "\(path) must be an object, found \(value.kind)")
    }
    self.file = file
    self.path = path
    self.object = object
  }

  /// An error about this component.
  func error(_ message: MessageText) -> TokenizerError {
    TokenizerError(file: file, path.isEmpty ? message : "\(path): \(message)")
  }

  /// An error about one setting.
  func error(_ key: String, expected: String) -> TokenizerError {
    guard let value = object[key] else {
      return TokenizerError(file: file, "\(path.isEmpty ? "" : path + " ")has no \(key), expected \(words: expected)")
    }
    return TokenizerError(file: file, "\(self.path(key)) must be \(words: expected), found \(brief(value))")
  }

  /// The setting, unless it is missing or null.
  func value(_ key: String) -> JSONValue? {
    guard let value = object[key], !value.isNull else { return nil }
    return value
  }

  var type: String {
    get throws(TokenizerError) { try string("type") }
  }

  func optionalBool(_ key: String) throws(TokenizerError) -> Bool? {
    guard let value = value(key) else { return nil }
    guard case .bool(let bool) = value else { throw error(key, expected: "true or false") }
    return bool
  }

  func bool(_ key: String, default fallback: Bool) throws(TokenizerError) -> Bool {
    try optionalBool(key) ?? fallback
  }

  func optionalString(_ key: String) throws(TokenizerError) -> String? {
    guard let value = value(key) else { return nil }
    guard case .string(let string) = value else { throw error(key, expected: "a string") }
    return string.string
  }

  func string(_ key: String) throws(TokenizerError) -> String {
    guard let string = try optionalString(key) else { throw error(key, expected: "a string") }
    return string
  }

  func string(_ key: String, default fallback: String) throws(TokenizerError) -> String {
    try optionalString(key) ?? fallback
  }

  func optionalInt(_ key: String, in range: ClosedRange<Int>) throws(TokenizerError) -> Int? {
    guard let value = value(key) else { return nil }
    guard case .integer(let integer) = value, range.contains(integer) else {
      throw error(key, expected: "an integer from \(range.lowerBound) to \(range.upperBound)")
    }
    return integer
  }

  func array(_ key: String) throws(TokenizerError) -> [JSONValue] {
    guard case .array(let elements)? = value(key) else { throw error(key, expected: "an array") }
    return elements
  }

  func child(_ key: String) throws(TokenizerError) -> Component {
    guard let value = value(key) else { throw error(key, expected: "an object") }
    return try Component(file: file, path: path(key), value)
  }

  /// The elements of an array of objects.
  func children(_ key: String) throws(TokenizerError) -> [Component] {
    var children: [Component] = []
    for (index, element) in try array(key).enumerated() {
      children.append(try Component(file: file, path: "\(path(key))[\(index)]", element))
    }
    return children
  }

  private func path(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}

/// A value in a message: itself if it is short, else what kind it is.
private func brief(_ value: JSONValue) -> String {
  switch value {
  case .array, .object: return value.kind
  default:
    let text = value.serialized()
    return text.utf8.count <= 40 ? text : value.kind
  }
}
