import Testing

@testable import Hub

/// Published test values of the digests.
@Suite struct DigestTests {
  private func digest<Hash: BlockHash>(_ hash: Hash, of bytes: [UInt8], cut: Int = 0) -> String {
    var hash = hash
    bytes[..<cut].withUnsafeBytes { hash.add($0) }
    bytes[cut...].withUnsafeBytes { hash.add($0) }
    return hash.finish().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// FIPS 180-4's examples.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func sha256(text: String, expected: String) {
    for cut in 0...text.utf8.count { #expect(digest(SHA256(), of: Array(text.utf8), cut: cut) == expected) }
  }

  @Test(arguments: [
    ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"), ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
    ("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "84983e441c3bd26ebaae4aa1f95129e5e54670f1"),
  ])
  func sha1(text: String, expected: String) {
    for cut in 0...text.utf8.count { #expect(digest(SHA1(), of: Array(text.utf8), cut: cut) == expected) }
  }

  @Test func aMillionLetters() {
    let bytes = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
    #expect(
      digest(SHA256(), of: bytes, cut: 12_345) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    #expect(digest(SHA1(), of: bytes, cut: 77) == "34aa973cd4c4daa4f61eeb2bdbad27316534016f")
  }

  /// `printf hello | git hash-object --stdin`
  @Test func gitNamesSmallFiles() throws {
    let name = "b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0"
    var digest = try #require(FileDigest(entityTag: name, size: 5))
    Array("hello".utf8).withUnsafeBytes { digest.add($0) }
    #expect(digest.text == name)
  }

  @Test(arguments: ["", "abc", String(repeating: "g", count: 40), String(repeating: "A", count: 64)])
  func otherTagsAreNoDigest(tag: String) { #expect(FileDigest(entityTag: tag, size: 1) == nil) }
}
