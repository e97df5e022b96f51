import Activations
import JSON

/// Reads the members of an event, and says what is wrong with them.
public struct MemberReader {
  /// The object that is read.
  public let object: JSONObject

  /// Reads the members of an object. Members that are not asked for are ignored.
  public init(_ object: JSONObject) { self.object = object }

  /// The largest number accepted: no action needs larger ones, and sums of them could overflow.
  private static let limit = 1 << 40

  /// What is wrong with a member: that it is not there, or not what it has to be.
  private func failure(_ key: String, _ what: String) -> MalformedAction {
    MalformedAction(object[key] == nil ? "\"\(key)\" is missing; it must be \(what)" : "\"\(key)\" must be \(what)")
  }

  /// A string. Throws where it is missing or something else.
  public func string(_ key: String) throws(MalformedAction) -> String {
    guard let text = object[key]?.stringValue else { throw failure(key, "a string") }
    return text
  }

  /// A string; nil where it is missing or null. Throws where it is something else.
  public func optionalString(_ key: String) throws(MalformedAction) -> String? {
    guard let value = object[key], !value.isNull else { return nil }
    return try string(key)
  }

  /// A list of strings, which may be empty. Throws where it is missing or something else.
  public func strings(_ key: String) throws(MalformedAction) -> [String] {
    guard let values = object[key]?.arrayValue else { throw failure(key, "a list of strings") }
    let strings = values.compactMap(\.stringValue)
    guard strings.count == values.count else { throw failure(key, "a list of strings") }
    return strings
  }

  /// A whole number from 0 to 2⁴⁰. Throws where it is missing or something else.
  public func count(_ key: String) throws(MalformedAction) -> Int {
    guard let number = object[key]?.intValue, (0...MemberReader.limit).contains(number) else {
      throw failure(key, "a whole number from 0")
    }
    return number
  }

  /// A whole number from 0 to 2⁴⁰; nil where it is missing or null. Throws where it is something else.
  public func optionalCount(_ key: String) throws(MalformedAction) -> Int? {
    guard let value = object[key], !value.isNull else { return nil }
    return try count(key)
  }

  /// The head that `layer` and `head` name, from 0; nil where neither is there. Throws where one of them is no number.
  func optionalHead() throws(MalformedAction) -> HeadIndex? {
    let (layer, head) = (try optionalCount("layer"), try optionalCount("head"))
    guard layer != nil || head != nil else { return nil }
    return HeadIndex(layer: try count("layer"), head: try count("head"))
  }

  /// True or false. Throws where it is missing or something else.
  public func flag(_ key: String) throws(MalformedAction) -> Bool {
    guard let value = object[key]?.boolValue else { throw failure(key, "true or false") }
    return value
  }

  /// The case whose raw value is written. Throws where it is missing, or names no case: the message lists them.
  public func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String
  ) throws(MalformedAction) -> Choice where Choice.RawValue == String {
    guard let choice = object[key]?.stringValue.flatMap({ Choice(rawValue: $0) }) else {
      throw failure(key, "one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return choice
  }

  /// The case whose raw value is written; nil where it is missing or null. Throws where it names no case.
  public func optionalChoice<Choice: RawRepresentable & CaseIterable>(
    _ key: String
  ) throws(MalformedAction) -> Choice? where Choice.RawValue == String {
    guard let value = object[key], !value.isNull else { return nil }
    let choice: Choice = try choice(key)
    return choice
  }
}
