import TestSupport
import Testing

@testable import JSON

@Suite struct Writing {
  @Test func compactAndPretty() {
    let layer = 3
    let value: JSONValue = [
      "b": [1, 2.0, -0.5, nil, true], "a": [:], "c": ["d": [], "e": "layer \(layer)"], "f": .number(.infinity),
    ]
    #expect(
      value.serialized() == #"{"b":[1,2.0,-0.5,null,true],"a":{},"c":{"d":[],"e":"layer 3"},"f":null}"#)
    #expect(
      value.serialized(pretty: true) == """
        {
          "b": [
            1,
            2.0,
            -0.5,
            null,
            true
          ],
          "a": {},
          "c": {
            "d": [],
            "e": "layer 3"
          },
          "f": null
        }
        """)
  }

  @Test func whatIsEscaped() {
    let value = JSONValue(
      "\"\\/\u{8}\u{9}\n\u{C}\r\u{0}\u{1F} \u{7F}\u{80}\u{9F}\u{A0}é\u{2027}\u{2028}\u{2029}\u{1F600}")
    #expect(
      value.serialized().utf8.elementsEqual(
        "\"\\\"\\\\/\\b\\t\\n\\f\\r\\u0000\\u001f \\u007f\\u0080\\u009f\u{A0}é\u{2027}\\u2028\\u2029\u{1F600}\""
          .utf8))
  }

  /// What a terminal would obey or hide: marks of direction, joiners, soft hyphens, tags.
  @Test func formatCharactersAreEscaped() throws {
    for code in Array(0x7F..<0x2100) + Array(0xFE00..<0x10000) + Array(0xE0000..<0xE0080) {
      guard let scalar = Unicode.Scalar(UInt32(code)), scalar.properties.age != nil else { continue }
      let isHidden =
        [.control, .format, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
        // Signs of Arabic numbers are written.
        && !(0x600...0x605).contains(code) && ![0x6DD, 0x70F, 0x8E2].contains(code) && !(0x890...0x891).contains(code)
      let written = JSONValue(String(scalar)).serialized()
      #expect(written.utf8.allSatisfy { $0 < 0x80 } == isHidden, "U+\(String(code, radix: 16)): \(written)")
      #expect(try JSONValue(parsing: written) == JSONValue(String(scalar)))
    }
    #expect(JSONValue("a\u{202E}b\u{E0041}").serialized() == #""a\u202eb\udb40\udc41""#)
  }

  @Test func whatIsWrittenReadsBack() throws {
    var generator = SeededGenerator(seed: 42)
    for _ in 0..<3_000 {
      let value = JSONValue.random(depth: 4, using: &generator)
      let compact = value.serialized()
      #expect(!compact.utf8.contains { $0 < 0x20 })
      #expect(try JSONValue(parsing: compact) == value)
      #expect(try JSONValue(parsing: value.serialized(pretty: true)) == value)
    }
  }
}

@Suite struct Objects {
  @Test func membersKeepTheirOrder() {
    var object: JSONObject = ["b": 1, "a": 2, "b": 3]
    #expect(object.keys.map(\.string) == ["b", "a"])
    #expect(object["b"] == 3)
    object["c"] = 4
    object["b"] = nil
    object["x"] = nil
    #expect(JSONValue(object).serialized() == #"{"a":2,"c":4}"#)
    #expect(JSONObject([("a", 1), ("b", 2)]) != JSONObject([("b", 2), ("a", 1)]))
  }

  /// The same random changes to an object and to a dictionary, across the size at which a table is kept.
  @Test func changesAgreeWithADictionary() {
    var generator = SeededGenerator(seed: 3)
    var object = JSONObject()
    var dictionary: [String: JSONValue] = [:]
    for step in 0..<4_000 {
      let key = "k\(Int.random(in: 0..<(step < 2_000 ? 400 : 20), using: &generator))"
      let value: JSONValue? = Int.random(in: 0..<4, using: &generator) == 0 ? nil : .integer(step)
      object[key] = value
      dictionary[key] = value
      #expect(object.count == dictionary.count)
      #expect(object[key] == dictionary[key])
    }
    for (key, value) in dictionary { #expect(object[key] == value) }
  }
}

extension JSONValue {
  static func random(depth: Int, using generator: inout SeededGenerator) -> JSONValue {
    switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &generator) {
    case 0: return .null
    case 1: return .bool(Bool.random(using: &generator))
    case 2: return .integer(Int(truncatingIfNeeded: generator.next()) >> Int.random(in: 0..<64, using: &generator))
    case 3:
      let number = Double(bitPattern: generator.next())
      return number.isFinite ? .number(number) : .number(0.1)
    case 4, 5: return .string(JSONString(randomString(using: &generator)))
    case 6:
      return .array(
        (0..<Int.random(in: 0..<6, using: &generator)).map { _ in random(depth: depth - 1, using: &generator) })
    default:
      let count = Int.random(in: 0..<40, using: &generator)
      let small = min(count, 6)
      return .object(
        JSONObject(
          (0..<(depth == 4 ? count : small)).map { _ in
            (JSONString(randomString(using: &generator)), random(depth: depth - 1, using: &generator))
          }))
    }
  }

  private static func randomString(using generator: inout SeededGenerator) -> String {
    var string = ""
    for _ in 0..<Int.random(in: 0..<12, using: &generator) {
      let bits = [7, 8, 11, 16, 20][Int.random(in: 0..<5, using: &generator)]
      string.unicodeScalars.append(Unicode.Scalar(UInt32.random(in: 0..<1 << bits, using: &generator)) ?? "\u{10FFFF}")
    }
    return string
  }
}
