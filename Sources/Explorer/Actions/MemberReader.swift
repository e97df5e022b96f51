import JSON

/// Reads the members of an event, and says what is wrong with them.
public struct MemberReader {
  public let object: JSONObject

  public init(_ object: JSONObject) { self.object = object }

  /// Larger numbers mean nothing in any action, and would be trouble in sums.
  private static let limit = 1 << 40

  /// What is wrong with a member: that it is not there, or not what it has to be.
  private func failure(_ key: String, _ what: String) -> MalformedAction {
    MalformedAction(object[key] == nil ? "\"\(key)\" is missing; it must be \(what)" : "\"\(key)\" must be \(what)")
  }

  public func string(_ key: String) throws(MalformedAction) -> String {
    guard let text = object[key]?.stringValue else { throw failure(key, "a string") }
    return text
  }

  public func optionalString(_ key: String) throws(MalformedAction) -> String? {
    guard let value = object[key], !value.isNull else { return nil }
    return try string(key)
  }

  public func strings(_ key: String) throws(MalformedAction) -> [String] {
    guard let values = object[key]?.arrayValue else { throw failure(key, "a list of strings") }
    let strings = values.compactMap(\.stringValue)
    guard strings.count == values.count else { throw failure(key, "a list of strings") }
    return strings
  }

  public func count(_ key: String) throws(MalformedAction) -> Int {
    guard let number = object[key]?.intValue, (0...MemberReader.limit).contains(number) else {
      throw failure(key, "a whole number from 0")
    }
    return number
  }

  public func optionalCount(_ key: String) throws(MalformedAction) -> Int? {
    guard let value = object[key], !value.isNull else { return nil }
    return try count(key)
  }

  public func flag(_ key: String) throws(MalformedAction) -> Bool {
    guard let value = object[key]?.boolValue else { throw failure(key, "true or false") }
    return value
  }

  public func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String
  ) throws(MalformedAction) -> Choice where Choice.RawValue == String {
    guard let choice = object[key]?.stringValue.flatMap({ Choice(rawValue: $0) }) else {
      throw failure(key, "one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return choice
  }

  public func optionalChoice<Choice: RawRepresentable & CaseIterable>(
    _ key: String
  ) throws(MalformedAction) -> Choice? where Choice.RawValue == String {
    guard let value = object[key], !value.isNull else { return nil }
    let choice: Choice = try choice(key)
    return choice
  }
}
