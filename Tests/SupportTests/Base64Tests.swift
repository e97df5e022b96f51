import Support
import Testing

@Suite struct Base64Tests {
  @Test(arguments: 0..<8) func base64ComesBack(count: Int) {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 77 &+ 200) }
    #expect(Base64.decode(Base64.encode(bytes)) == bytes)
    #expect(Base64.decode("QQ=".utf8) == nil && Base64.decode("Q=Q=".utf8) == nil)
  }
}
