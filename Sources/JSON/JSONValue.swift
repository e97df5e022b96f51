/// A JSON value (RFC 8259), read and written byte for byte.
///
/// The program has its own reader because strings must stay what they are: vocabularies hold canonically equivalent
/// but different keys (composed and decomposed letters), which decoders keyed by `String` merge. It also has to be fast,
/// since a tokenizer's file with tens of thousands of entries is read at every start.
public enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  /// A number without fraction and exponent that fits into an `Int`.
  case integer(Int)
  /// Every other number. Non-finite values cannot be written: they become `null`.
  case number(Double)
  case string(JSONString)
  case array([JSONValue])
  case object(JSONObject)
}

// MARK: - Looking into a value

extension JSONValue {
  /// The member `key` of an object; nil where there is none or the value is no object.
  public subscript(_ key: String) -> JSONValue? {
    guard case .object(let object) = self else { return nil }
    return object[key]
  }

  /// The element `index` of an array; nil where there is none or the value is no array.
  public subscript(_ index: Int) -> JSONValue? {
    guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }

  /// The text of a string; nil for every other value.
  public var stringValue: String? {
    guard case .string(let string) = self else { return nil }
    return string.string
  }

  /// An integer, or a number such as `512.0` or `1e3` that is exactly one.
  public var intValue: Int? {
    switch self {
    case .integer(let integer): integer
    case .number(let number): Int(exactly: number)
    default: nil
    }
  }

  /// A number; integers too.
  public var doubleValue: Double? {
    switch self {
    case .integer(let integer): Double(integer)
    case .number(let number): number
    default: nil
    }
  }

  /// True or false; nil for every other value.
  public var boolValue: Bool? {
    guard case .bool(let bool) = self else { return nil }
    return bool
  }

  /// The elements of an array; nil for every other value.
  public var arrayValue: [JSONValue]? {
    guard case .array(let elements) = self else { return nil }
    return elements
  }

  /// The members of an object; nil for every other value.
  public var objectValue: JSONObject? {
    guard case .object(let object) = self else { return nil }
    return object
  }

  /// Whether it is `null`.
  public var isNull: Bool {
    guard case .null = self else { return false }
    return true
  }

  /// What kind of value this is, in words for error messages: "a string", "null" ...
  public var kind: String {
    switch self {
    case .null: "null"
    case .bool: "true or false"
    case .integer, .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

// MARK: - Making a value

extension JSONValue {
  /// A string.
  public init(_ string: String) { self = .string(JSONString(string)) }
  /// A whole number.
  public init(_ integer: Int) { self = .integer(integer) }
  /// A number.
  public init(_ number: Double) { self = .number(number) }
  /// True or false.
  public init(_ bool: Bool) { self = .bool(bool) }
  /// An array.
  public init(_ elements: [JSONValue]) { self = .array(elements) }
  /// An object.
  public init(_ object: JSONObject) { self = .object(object) }
}

extension JSONValue: ExpressibleByNilLiteral {
  /// `null`.
  public init(nilLiteral: ()) { self = .null }
}

extension JSONValue: ExpressibleByBooleanLiteral {
  /// True or false.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension JSONValue: ExpressibleByIntegerLiteral {
  /// A whole number.
  public init(integerLiteral value: Int) { self = .integer(value) }
}

extension JSONValue: ExpressibleByFloatLiteral {
  /// A number.
  public init(floatLiteral value: Double) { self = .number(value) }
}

extension JSONValue: ExpressibleByStringInterpolation {
  /// A string.
  public init(stringLiteral value: String) { self = .string(JSONString(value)) }
}

extension JSONValue: ExpressibleByArrayLiteral {
  /// An array.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
}

extension JSONValue: ExpressibleByDictionaryLiteral {
  /// A key that is written twice keeps its first place and its last value.
  public init(dictionaryLiteral elements: (JSONString, JSONValue)...) { self = .object(JSONObject(elements)) }
}
