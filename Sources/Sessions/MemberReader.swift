import JSON

/// Reads the members of an event, and says what is wrong with them.
struct MemberReader {
  let object: JSONObject

  /// Larger numbers mean nothing in any action, and would be trouble in sums.
  private static let limit = 1 << 40

  func string(_ key: String) throws(ActionCoding.Failure) -> String {
    guard let text = object[key]?.stringValue else { throw .malformed("\"\(key)\" must be a string") }
    return text
  }

  func optionalString(_ key: String) throws(ActionCoding.Failure) -> String? {
    guard let value = object[key], !value.isNull else { return nil }
    return try string(key)
  }

  func strings(_ key: String) throws(ActionCoding.Failure) -> [String] {
    guard let values = object[key]?.arrayValue else { throw .malformed("\"\(key)\" must be a list of strings") }
    let strings = values.compactMap(\.stringValue)
    guard strings.count == values.count else { throw .malformed("\"\(key)\" must be a list of strings") }
    return strings
  }

  func count(_ key: String) throws(ActionCoding.Failure) -> Int {
    guard let number = object[key]?.intValue, (0...MemberReader.limit).contains(number) else {
      throw .malformed("\"\(key)\" must be a number from 0")
    }
    return number
  }

  func optionalCount(_ key: String) throws(ActionCoding.Failure) -> Int? {
    guard let value = object[key], !value.isNull else { return nil }
    return try count(key)
  }

  func flag(_ key: String) throws(ActionCoding.Failure) -> Bool {
    guard let value = object[key]?.boolValue else { throw .malformed("\"\(key)\" must be true or false") }
    return value
  }

  func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String
  ) throws(ActionCoding.Failure) -> Choice where Choice.RawValue == String {
    guard let choice = Choice(rawValue: try string(key)) else {
      throw .malformed("\"\(key)\" must be one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return choice
  }

  func optionalChoice<Choice: RawRepresentable & CaseIterable>(
    _ key: String
  ) throws(ActionCoding.Failure) -> Choice? where Choice.RawValue == String {
    guard let value = object[key], !value.isNull else { return nil }
    let choice: Choice = try choice(key)
    return choice
  }
}
