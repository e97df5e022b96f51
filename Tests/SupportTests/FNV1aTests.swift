import Support
import Testing

@Suite struct FNV1aTests {
  /// Published values of the 64-bit FNV-1a hash.
  @Test(arguments: [("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8)])
  func theHashIsFNV1a(text: String, expected: UInt64) {
    var hash = FNV1a()
    Array(text.utf8).withUnsafeBytes { hash.add($0) }
    #expect(hash.value == expected)
  }

  @Test func theHashDoesNotDependOnHowBytesAreAdded() {
    let text = Array("headscope".utf8)
    for cut in 0...text.count {
      var hash = FNV1a(text[..<cut])
      for byte in text[cut...] { hash.add(byte) }
      #expect(hash.value == FNV1a(text).value)
    }
  }

  @Test func aHashHas16Digits() {
    for text in ["", "a", "b", "headscope"] {
      let hash = FNV1a(text.utf8)
      #expect(hash.digits.count == 16 && UInt64(hash.digits, radix: 16) == hash.value)
    }
  }
}
