extension JSONValue {
  /// The value as JSON text, on one line unless it is to be `pretty`: then indented by two spaces.
  ///
  /// Members keep their order. Doubles are written with the fewest digits that give the same number again; those that
  /// are not finite have no JSON and become `null`. Control characters, line separators and format characters (marks of
  /// direction, joiners) are escaped, so that a line of output is one line for every program that reads it, and a terminal
  /// shows what is there.
  public func serialized(pretty: Bool = false) -> String {
    var bytes: [UInt8] = []
    write(into: &bytes, pretty: pretty)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends what `serialized(pretty:)` gives, as UTF-8.
  public func write(into bytes: inout [UInt8], pretty: Bool = false) {
    write(into: &bytes, indentation: pretty ? 0 : nil)
  }

  private func write(into bytes: inout [UInt8], indentation: Int?) {
    switch self {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .bool(let bool): bytes.append(contentsOf: (bool ? "true" : "false").utf8)
    case .integer(let integer): bytes.append(contentsOf: integer.description.utf8)
    case .number(let number): bytes.append(contentsOf: (number.isFinite ? number.description : "null").utf8)
    case .string(let string): string.write(into: &bytes)
    case .array(let elements):
      writeList(elements, between: "[", and: "]", into: &bytes, indentation: indentation) { element, inner, bytes in
        element.write(into: &bytes, indentation: inner)
      }
    case .object(let object):
      writeList(object.members, between: "{", and: "}", into: &bytes, indentation: indentation) {
        member, inner, bytes in
        member.key.write(into: &bytes)
        bytes.append(UInt8(ascii: ":"))
        if inner != nil { bytes.append(UInt8(ascii: " ")) }
        member.value.write(into: &bytes, indentation: inner)
      }
    }
  }

  private func writeList<Element>(
    _ elements: [Element], between opening: Unicode.Scalar, and closing: Unicode.Scalar, into bytes: inout [UInt8],
    indentation: Int?, writeElement: (Element, Int?, inout [UInt8]) -> Void
  ) {
    let inner = indentation.map { $0 + 2 }
    func breakLine(_ indentation: Int?) {
      guard let indentation else { return }
      bytes.append(UInt8(ascii: "\n"))
      bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indentation))
    }
    bytes.append(UInt8(ascii: opening))
    for (index, element) in elements.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      breakLine(inner)
      writeElement(element, inner, &bytes)
    }
    if !elements.isEmpty { breakLine(indentation) }
    bytes.append(UInt8(ascii: closing))
  }
}

extension JSONString {
  /// Appends the string in quotes.
  fileprivate func write(into bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    withUTF8 { utf8 in
      var clean = 0
      var index = 0
      while index < utf8.count {
        guard let (escape, length) = Self.escape(at: index, in: utf8) else {
          index += 1
          continue
        }
        bytes.append(contentsOf: utf8[clean..<index])
        bytes.append(contentsOf: escape.utf8)
        index += length
        clean = index
      }
      bytes.append(contentsOf: utf8[clean...])
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// How the character at `index` must be written, and its length in bytes; nil if it may stand as it is.
  @inline(__always)
  private static func escape(at index: Int, in utf8: UnsafeBufferPointer<UInt8>) -> (String, Int)? {
    switch utf8[index] {
    case UInt8(ascii: "\""): ("\\\"", 1)
    case UInt8(ascii: "\\"): ("\\\\", 1)
    case 0x08: ("\\b", 1)
    case 0x09: ("\\t", 1)
    case 0x0A: ("\\n", 1)
    case 0x0C: ("\\f", 1)
    case 0x0D: ("\\r", 1)
    case let control where control < 0x20 || control == 0x7F: ("\\u00" + hexadecimal(control), 1)
    // The first bytes of the characters that are looked at more closely.
    case 0xC2, 0xD8, 0xE1, 0xE2, 0xEF, 0xF3: hiddenCharacter(at: index, in: utf8)
    default: nil
    }
  }

  /// The same for what a terminal would obey or hide.
  private static func hiddenCharacter(at index: Int, in utf8: UnsafeBufferPointer<UInt8>) -> (String, Int)? {
    var decoder = Unicode.UTF8()
    var rest = utf8[index...].prefix(4).makeIterator()
    guard case .scalarValue(let scalar) = decoder.decode(&rest) else { return nil }
    switch scalar.value {
    case 0x80..<0xA0, 0xAD, 0x061C, 0x180E, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB,
      0xE0000...0xE007F:
      let units = Array(String(scalar).utf16)
      return (
        units.map { "\\u" + hexadecimal(UInt8($0 >> 8)) + hexadecimal(UInt8($0 & 0xFF)) }.joined(),
        Unicode.UTF8.width(scalar)
      )
    default: return nil
    }
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    (byte < 0x10 ? "0" : "") + String(byte, radix: 16)
  }
}
