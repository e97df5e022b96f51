import JSON

/// Reads the members of an event, and says what is wrong with them.
struct MemberReader {
  let object: JSONObject

  /// Larger numbers mean nothing in any action, and would be trouble in sums.
  private static let limit = 1 << 40

  /// What is wrong with a member: that it is not there, or not what it has to be.
  private func failure(_ key: String, _ what: String) -> ActionCoding.Failure {
    .malformed(object[key] == nil ? "\"\(key)\" is missing; it must be \(what)" : "\"\(key)\" must be \(what)")
  }

  func string(_ key: String) throws(ActionCoding.Failure) -> String {
    guard let text = object[key]?.stringValue else { throw failure(key, "a string") }
    return text
  }

  func optionalString(_ key: String) throws(ActionCoding.Failure) -> String? {
    guard let value = object[key], !value.isNull else { return nil }
    return try string(key)
  }

  func strings(_ key: String) throws(ActionCoding.Failure) -> [String] {
    guard let values = object[key]?.arrayValue else { throw failure(key, "a list of strings") }
    let strings = values.compactMap(\.stringValue)
    guard strings.count == values.count else { throw failure(key, "a list of strings") }
    return strings
  }

  func count(_ key: String) throws(ActionCoding.Failure) -> Int {
    guard let number = object[key]?.intValue, (0...MemberReader.limit).contains(number) else {
      throw failure(key, "a whole number from 0")
    }
    return number
  }

  func optionalCount(_ key: String) throws(ActionCoding.Failure) -> Int? {
    guard let value = object[key], !value.isNull else { return nil }
    return try count(key)
  }

  func flag(_ key: String) throws(ActionCoding.Failure) -> Bool {
    guard let value = object[key]?.boolValue else { throw failure(key, "true or false") }
    return value
  }

  func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String
  ) throws(ActionCoding.Failure) -> Choice where Choice.RawValue == String {
    guard let choice = object[key]?.stringValue.flatMap({ Choice(rawValue: $0) }) else {
      throw failure(key, "one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
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
