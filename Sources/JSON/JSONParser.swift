import Support

extension JSONValue {
  /// The deepest nesting of arrays and objects that is read.
  public static let deepestNesting = 512

  /// Reads one JSON document, strictly by RFC 8259.
  ///
  /// Also rejected are duplicate keys, nesting deeper than `deepestNesting` and numbers beyond the range of a `Double`.
  /// A byte order mark at the start is skipped. A `\u` escape of a lone surrogate, which has no UTF-8, becomes U+FFFD.
  public init(parsing bytes: UnsafeRawBufferPointer) throws(JSONError) {
    if let offset = firstInvalidUTF8(in: bytes) {
      throw JSONError(message: "this is not valid UTF-8", offset: offset, in: bytes)
    }
    var parser = JSONParser(buffer: JSONBuffer(copying: bytes))
    do {
      self = try parser.document()
    } catch {
      throw JSONError(message: error.message, offset: error.offset, in: bytes)
    }
  }

  /// Reads one JSON document, as above.
  public init(parsing bytes: some Collection<UInt8>) throws(JSONError) {
    let result = bytes.withContiguousStorageIfAvailable { parse(UnsafeRawBufferPointer($0)) }
    self = try (result ?? Array(bytes).withUnsafeBytes { parse($0) }).get()
  }

  /// Reads one JSON document, as above.
  public init(parsing text: String) throws(JSONError) {
    var text = text
    self = try text.withUTF8 { parse(UnsafeRawBufferPointer($0)) }.get()
  }
}

/// The standard library's closures do not carry the type of an error.
private func parse(_ bytes: UnsafeRawBufferPointer) -> Result<JSONValue, JSONError> {
  do { return .success(try JSONValue(parsing: bytes)) } catch { return .failure(error) }
}

/// What is wrong, and at which byte.
struct ParseFailure: Error {
  let message: MessageText
  let offset: Int
}

/// A recursive descent over a private copy of the document, which ends with a zero byte. Escapes are replaced in that
/// copy, where they only ever get shorter, so that every string is a slice of it.
struct JSONParser {
  private let buffer: JSONBuffer
  private let start: UnsafeMutablePointer<UInt8>
  private let end: Int
  private var offset = 0
  private var depth = 0

  init(buffer: JSONBuffer) {
    self.buffer = buffer
    start = buffer.start
    end = buffer.count
  }

  mutating func document() throws(ParseFailure) -> JSONValue {
    if end >= 3, start[0] == 0xEF, start[1] == 0xBB, start[2] == 0xBF { offset = 3 }
    skipSpace()
    let value = try value()
    skipSpace()
    if offset < end { throw failure("nothing but space may follow the value, found \(found)") }
    return value
  }

  private mutating func value() throws(ParseFailure) -> JSONValue {
    switch start[offset] {
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "{"): return .object(try object())
    case UInt8(ascii: "["): return .array(try array())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    case UInt8(ascii: "t") where skip("true"): return .bool(true)
    case UInt8(ascii: "f") where skip("false"): return .bool(false)
    case UInt8(ascii: "n") where skip("null"): return .null
    default: throw failure("expected a value, found \(found)")
    }
  }

  private mutating func array() throws(ParseFailure) -> [JSONValue] {
    try enter()
    var elements: [JSONValue] = []
    skipSpace()
    if !skip(UInt8(ascii: "]")) {
      repeat {
        skipSpace()
        elements.append(try value())
        skipSpace()
      } while skip(UInt8(ascii: ","))
      guard skip(UInt8(ascii: "]")) else { throw failure("expected , or ] in an array, found \(found)") }
    }
    depth -= 1
    return elements
  }

  private mutating func object() throws(ParseFailure) -> JSONObject {
    try enter()
    var members: [JSONObject.Member] = []
    skipSpace()
    if !skip(UInt8(ascii: "}")) {
      repeat {
        skipSpace()
        guard start[offset] == UInt8(ascii: "\"") else { throw failure("expected a key, found \(found)") }
        let key = try string()
        skipSpace()
        guard skip(UInt8(ascii: ":")) else { throw failure("expected : after a key, found \(found)") }
        skipSpace()
        members.append((key, try value()))
        skipSpace()
      } while skip(UInt8(ascii: ","))
      guard skip(UInt8(ascii: "}")) else { throw failure("expected , or } in an object, found \(found)") }
    }
    depth -= 1
    do {
      return try JSONObject(unique: members)
    } catch {
      let key = members[error.position].key
      let quote = key.start - UnsafePointer(start) - 1
      throw ParseFailure(message: "the key \(JSONValue.string(key).serialized()) occurs twice", offset: quote)
    }
  }

  private mutating func enter() throws(ParseFailure) {
    depth += 1
    if depth > JSONValue.deepestNesting {
      throw failure("arrays and objects are nested deeper than \(JSONValue.deepestNesting)")
    }
    offset += 1
  }

  // MARK: Strings

  private mutating func string() throws(ParseFailure) -> JSONString {
    offset += 1
    let first = offset
    while true {
      let byte = start[offset]
      if byte == UInt8(ascii: "\"") {
        offset += 1
        return JSONString(start: start + first, count: offset - 1 - first, owner: buffer)
      }
      if byte == UInt8(ascii: "\\") || byte < 0x20 { break }
      offset += 1
    }
    // From the first escape on, text is moved to the left.
    var written = offset
    while true {
      let byte = start[offset]
      if byte == UInt8(ascii: "\"") {
        offset += 1
        return JSONString(start: start + first, count: written - first, owner: buffer)
      } else if byte == UInt8(ascii: "\\") {
        for unit in Unicode.UTF8.encode(try escape()) ?? Unicode.UTF8.encodedReplacementCharacter {
          start[written] = unit
          written += 1
        }
      } else if byte < 0x20 {
        if offset == end { throw ParseFailure(message: "a string is not closed", offset: first - 1) }
        throw failure("a control character in a string must be escaped, found \(found)")
      } else {
        start[written] = byte
        written += 1
        offset += 1
      }
    }
  }

  /// Reads an escape and gives the character that it stands for.
  private mutating func escape() throws(ParseFailure) -> Unicode.Scalar {
    let letter = start[offset + 1]
    offset += 2
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): break
    default: throw ParseFailure(message: "unknown escape in a string", offset: offset - 2)
    }
    let unit = try hexadecimal()
    guard unit & 0xFC00 == 0xD800, start[offset] == UInt8(ascii: "\\"), start[offset + 1] == UInt8(ascii: "u") else {
      return Unicode.Scalar(unit) ?? "\u{FFFD}"
    }
    let afterFirst = offset
    offset += 2
    let second = try hexadecimal()
    guard second & 0xFC00 == 0xDC00 else {
      // The second escape stands for itself.
      offset = afterFirst
      return "\u{FFFD}"
    }
    return Unicode.Scalar(0x10000 + (unit & 0x3FF) << 10 + (second & 0x3FF)) ?? "\u{FFFD}"
  }

  private mutating func hexadecimal() throws(ParseFailure) -> UInt32 {
    var value: UInt32 = 0
    for place in offset..<offset + 4 {
      // The zero byte after the document is no digit, so this never looks beyond it.
      let digit: UInt8
      switch start[place] {
      case let byte where byte &- 0x30 < 10: digit = byte - 0x30
      case let byte where (byte | 0x20) &- 0x61 < 6: digit = (byte | 0x20) - 0x61 + 10
      default: throw ParseFailure(message: "\\u needs four hexadecimal digits", offset: place)
      }
      value = value << 4 | UInt32(digit)
    }
    offset += 4
    return value
  }

  // MARK: Numbers

  private mutating func number() throws(ParseFailure) -> JSONValue {
    let first = offset
    let isNegative = skip(UInt8(ascii: "-"))
    var digits = DecimalDigits()
    let firstDigit = offset
    try readDigits(into: &digits)
    if start[firstDigit] == UInt8(ascii: "0"), offset > firstDigit + 1 {
      throw ParseFailure(message: "a number must not start with 0", offset: firstDigit)
    }
    var isInteger = true
    var exponent = 0
    if skip(UInt8(ascii: ".")) {
      isInteger = false
      let firstOfFraction = offset
      try readDigits(into: &digits)
      exponent = firstOfFraction - offset
    }
    if start[offset] | 0x20 == UInt8(ascii: "e") {
      isInteger = false
      offset += 1
      let isSmall = start[offset] == UInt8(ascii: "-")
      if isSmall || start[offset] == UInt8(ascii: "+") { offset += 1 }
      var power = DecimalDigits()
      try readDigits(into: &power)
      // A power that overflows is too long for the exact way below, which is all that it is used for.
      exponent += (isSmall ? -1 : 1) * Int(min(power.value ?? 1 << 32, 1 << 32))
    }
    // -0 stays a floating-point number: no integer keeps its sign.
    if isInteger, let magnitude = digits.value, !(isNegative && magnitude == 0) {
      if !isNegative, let integer = Int(exactly: magnitude) { return .integer(integer) }
      if isNegative, magnitude <= Int.min.magnitude { return .integer(Int(truncatingIfNeeded: 0 &- magnitude)) }
    }
    if let magnitude = digits.exactDouble(exponent: exponent) { return .number(isNegative ? -magnitude : magnitude) }
    let text = String(decoding: UnsafeBufferPointer(start: start + first, count: offset - first), as: UTF8.self)
    guard let number = Double(text), number.isFinite else {
      throw ParseFailure(message: "a number is out of range", offset: first)
    }
    return .number(number)
  }

  private mutating func readDigits(into digits: inout DecimalDigits) throws(ParseFailure) {
    let first = offset
    while let digit = decimalDigit(start[offset]) {
      digits.append(digit)
      offset += 1
    }
    if offset == first { throw failure("expected a digit, found \(found)") }
  }

  // MARK: Small steps

  @inline(__always)
  private mutating func skipSpace() {
    while true {
      switch start[offset] {
      case 0x20, 0x0A, 0x0D, 0x09: offset += 1
      default: return
      }
    }
  }

  @inline(__always)
  private mutating func skip(_ byte: UInt8) -> Bool {
    guard start[offset] == byte else { return false }
    offset += 1
    return true
  }

  private mutating func skip(_ word: StaticString) -> Bool {
    guard end - offset >= word.utf8CodeUnitCount else { return false }
    for index in 0..<word.utf8CodeUnitCount where start[offset + index] != word.utf8Start[index] { return false }
    offset += word.utf8CodeUnitCount
    return true
  }

  private func failure(_ message: MessageText) -> ParseFailure { ParseFailure(message: message, offset: offset) }

  /// What stands at the current place, for a message.
  private var found: String {
    if offset >= end { return "the end" }
    let rest = String(decoding: UnsafeBufferPointer(start: start + offset, count: min(4, end - offset)), as: UTF8.self)
    guard let scalar = rest.unicodeScalars.first else { return "the end" }
    guard scalar.value > 0x20, scalar.isASCII, scalar.value != 0x7F else {
      return "U+" + String(repeating: "0", count: max(0, 4 - String(scalar.value, radix: 16).count))
        + String(scalar.value, radix: 16, uppercase: true)
    }
    return String(scalar)
  }
}
