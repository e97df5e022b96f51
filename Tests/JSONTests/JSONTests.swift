import TestSupport
import Testing

@testable import JSON

@Suite struct Reading {
  @Test func everyKindOfValue() throws {
    let value = try JSONValue(
      parsing: #" {"a": [1, -2, 0, 2.5, -1e-2, 1E3], "b" : {"c":null,"d":true,"e":false}, "f":"g", "h":[], "i":{} } "#)
    let expected: JSONValue = [
      "a": [1, -2, 0, 2.5, -0.01, 1000.0], "b": ["c": nil, "d": true, "e": false], "f": "g", "h": [], "i": [:],
    ]
    #expect(value == expected)
    #expect(value["a"]?[5]?.intValue == 1000)
    #expect(value["a"]?[3]?.intValue == nil)
    #expect(value["a"]?[0]?.doubleValue == 1)
    #expect(value["a"]?[6] == nil)
    #expect(value["b"]?["c"]?.isNull == true)
    #expect(value["b"]?["d"]?.boolValue == true)
    #expect(value["f"]?.stringValue == "g")
    #expect(value["g"] == nil)
  }

  @Test(arguments: [
    ("0", JSONValue.integer(0)), ("-0", .number(-0.0)), ("-1", .integer(-1)),
    ("9223372036854775807", .integer(.max)), ("9223372036854775808", .number(9.223372036854775808e18)),
    ("-9223372036854775808", .integer(.min)), ("-9223372036854775809", .number(-9.223372036854775808e18)),
    ("18446744073709551616", .number(1.8446744073709552e19)), ("1.0", .number(1)), ("1e22", .number(1e22)),
    ("1e-400", .number(0)), ("123456789012345678901234567890", .number(1.2345678901234568e29)),
    ("-12.345678710937500", .number(-12.3456787109375)), ("2.2250738585072014E-308", .number(2.2250738585072014e-308)),
    ("9007199254740993", .integer(9_007_199_254_740_993)), ("9007199254740993.0", .number(9_007_199_254_740_992)),
    ("0.1e0", .number(0.1)), ("1e+2", .number(100)), ("0e99999999999999999999", .number(0)),
    ("1.7976931348623157e308", .number(.greatestFiniteMagnitude)),
  ])
  func numbers(text: String, expected: JSONValue) throws {
    let value = try JSONValue(parsing: text)
    #expect(value == expected)
    if case .number(let number) = value, case .number(let other) = expected { #expect(number.sign == other.sign) }
  }

  @Test(arguments: [
    (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9\u4E2d""#, "Aé中"),
    (#""\ud83d\ude00!""#, "\u{1F600}!"), (#""\uD83D""#, "\u{FFFD}"), (#""\uDE00x""#, "\u{FFFD}x"),
    (#""\ud83dA""#, "\u{FFFD}A"), (#""\ud83d\n""#, "\u{FFFD}\n"), (#""\ud83d\u0041""#, "\u{FFFD}A"),
    (#""\ud83d\ud83d\ude00""#, "\u{FFFD}\u{1F600}"), (#""\u0000""#, "\u{0}"),
    ("\"\u{7F}é\u{10FFFF}\"", "\u{7F}é\u{10FFFF}"),
    (#""a\tb\u00e9c\ud83d\ude00d""#, "a\tbéc\u{1F600}d"),
  ])
  func strings(text: String, expected: String) throws {
    let value = try JSONValue(parsing: text)
    #expect(value.stringValue?.utf8.elementsEqual(expected.utf8) == true)
  }

  @Test func keysAreComparedByBytes() throws {
    let value = try JSONValue(parsing: "{\"\u{E9}\": 1, \"e\u{301}\": 2, \"\\u0065\\u0301\\u0301\": 3}")
    #expect(value["\u{E9}"]?.intValue == 1)
    #expect(value["e\u{301}"]?.intValue == 2)
    #expect(value["e\u{301}\u{301}"]?.intValue == 3)
    #expect(value != ["e\u{301}": 1, "\u{E9}": 2, "e\u{301}\u{301}": 3])
  }

  @Test func aByteOrderMarkIsSkipped() throws {
    #expect(try JSONValue(parsing: "\u{FEFF}[1]") == [1])
    #expect(throws: JSONError.self) { try JSONValue(parsing: "\u{FEFF}\u{FEFF}[1]") }
  }

  @Test func everyKindOfBytes() throws {
    let bytes = Array("x[1,2]".utf8)
    #expect(try JSONValue(parsing: bytes.dropFirst()) == [1, 2])
    #expect(try JSONValue(parsing: bytes.dropFirst().lazy.map { $0 }) == [1, 2])
    #expect(try bytes.withUnsafeBytes { try JSONValue(parsing: UnsafeRawBufferPointer(rebasing: $0[1...])) } == [1, 2])
  }

  @Test func nestingHasALimit() throws {
    let deepest = JSONValue.deepestNesting
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try JSONValue(parsing: nested(deepest))
    #expect(throws: JSONError.self) { try JSONValue(parsing: nested(deepest + 1)) }
    #expect(throws: JSONError.self) { try JSONValue(parsing: String(repeating: "{\"a\":", count: 1_000_000)) }
    // The depth counts what is open, not what was ever opened.
    _ = try JSONValue(parsing: "[" + String(repeating: "[],{},", count: 2 * deepest) + "[]]")
  }

  @Test func largeObjects() throws {
    let members = (0..<40_000).map { "\"key\($0)\": \($0)" }
    let value = try JSONValue(parsing: "{\(members.joined(separator: ","))}")
    #expect(value.objectValue?.count == 40_000)
    for number in stride(from: 0, to: 40_000, by: 617) { #expect(value["key\(number)"]?.intValue == number) }
    #expect(value["key40000"] == nil)
    let error = #expect(throws: JSONError.self) {
      try JSONValue(parsing: "{\(members.joined(separator: ",")),\n \"key\\u0037\":0}")
    }
    #expect(error?.description == #"line 2, column 2: the key "key7" occurs twice"#)
  }

  @Test(arguments: [
    ("", "line 1, column 1: expected a value, found the end"),
    ("[1,\n\"é\" 2]", "line 2, column 5: expected , or ] in an array, found 2"),
    ("{\"a\":1,\"a\":2}", "line 1, column 8: the key \"a\" occurs twice"),
    ("[\"\\q\"]", "line 1, column 3: unknown escape in a string"),
    ("[\"a\u{1}\"]", "line 1, column 4: a control character in a string must be escaped, found U+0001"),
    ("[1] x", "line 1, column 5: nothing but space may follow the value, found x"),
    ("1e999", "line 1, column 1: a number is out of range"),
    ("[\"\\n\\n\",\n}", "line 2, column 1: expected a value, found }"),
  ])
  func errorsSayWhere(text: String, expected: String) {
    let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    #expect(error?.description == expected)
  }

  @Test(arguments: [
    " ", "[", "]", "{", "}", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "{1:2}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}",
    "{\"a\" 1}", "{,}",
    "{\"a\":1 \"b\":2}", "nul", "nulll", "True", "tru", "fals", "NaN", "Infinity", "-", "+1", "01", "-01", "1.", ".5",
    "1e", "1e+",
    "1.e3", "-.5", "0x10", "1_000", "--1", "\"", "\"a", "\"\\", "\"\\u", "\"\\u12", "\"\\u12G4\"", "\"\\x41\"",
    "\"\\ud83d\\u12\"",
    "'a'", "\"a\nb\"", "\"\t\"", "\"\u{0}\"", "// c\n1", "/* */1", "1//", "1 1", "[1]]", "\u{A0}1", "[1\u{2028}]",
    "\u{0}", "1\u{0}",
    "{\"a\":1,\"\\u0061\":2}", "\u{B}1", "[\"a\":1]",
  ])
  func malformed(text: String) {
    #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
  }

  @Test(arguments: [
    [0x22, 0x80, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xC1, 0xBF, 0x22], [0x22, 0xC3, 0x22],
    [0x22, 0xE0, 0x9F, 0xBF, 0x22],
    [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xEF, 0xBF, 0x22], [0x22, 0xF0, 0x8F, 0xBF, 0xBF, 0x22],
    [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], [0x22, 0xF5, 0x80, 0x80, 0x80, 0x22], [0x22, 0xFF, 0x22],
    [0x22, 0xF0, 0x9F, 0x98],
    [0x22, 0xE4, 0xB8, 0x22, 0xAD], [0xFE, 0xFF, 0x00, 0x31], [0xEF, 0xBB],
    [0x22] + [UInt8](repeating: 0x61, count: 15) + [0xC3],
  ])
  func invalidUTF8(bytes: [UInt8]) {
    #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
  }

  /// Cutting or changing a valid document anywhere gives an error or a value, never a trap.
  @Test func damagedDocuments() {
    let document = Array(
      #"{"a\n\u00e9\ud83d\ude00": [1.5e-3, true, {"b": null}, "x\"y"], "é": -12, "n": {"o": [[], {}]}}"#.utf8)
    for end in document.indices {
      #expect(throws: JSONError.self) { try JSONValue(parsing: document[..<end]) }
    }
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<20_000 {
      var damaged = document
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let place = Int.random(in: damaged.indices, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: damaged[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: damaged.remove(at: place)
        default: damaged.insert(document.randomElement(using: &generator) ?? 0, at: place)
        }
      }
      if let value = try? JSONValue(parsing: damaged) {
        #expect((try? JSONValue(parsing: value.serialized())) == value)
      }
    }
  }
}
