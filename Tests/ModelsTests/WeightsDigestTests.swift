import TestSupport
import Testing

@testable import Models

@Suite struct WeightsDigestTests {
  let folder = TemporaryFolder()

  /// A file with a header of `header` bytes and `count` bytes of weights.
  private func weights(header: Int = 16, count: Int, changing place: Int? = nil) -> [UInt8] {
    var bytes = withUnsafeBytes(of: UInt64(header).littleEndian) { Array($0) } + [UInt8](repeating: 32, count: header)
    bytes += (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    if let place { bytes[bytes.count - count + place] ^= 1 }
    return bytes
  }

  private func digest(_ files: [UInt8]...) -> String? {
    for (index, bytes) in files.enumerated() { folder.write(bytes, to: "w\(index)") }
    return WeightsDigest.digest(of: files.indices.map { folder["w\($0)"] })
  }

  @Test func theSameWeightsHaveTheSameDigest() throws {
    let first = try #require(digest(weights(count: 1_000_000)))
    #expect(first == digest(weights(count: 1_000_000)))
    #expect(first.hasPrefix("sampled-fnv1a64:"))
    #expect(first.count == "sampled-fnv1a64:".count + 16)
  }

  @Test(arguments: [0, 63, 1_000_000 - 64, 999_999])
  func theFirstAndLastBytesCount(place: Int) {
    #expect(digest(weights(count: 1_000_000)) != digest(weights(count: 1_000_000, changing: place)))
  }

  @Test func everyByteOfASmallFileCounts() {
    let base = digest(weights(count: 200))
    for place in 0..<200 { #expect(digest(weights(count: 200, changing: place)) != base) }
  }

  @Test func headerSizeAndNumberOfFilesCount() {
    let digests = [
      digest(weights(count: 300_000)), digest(weights(header: 24, count: 300_000)), digest(weights(count: 300_001)),
      digest(weights(count: 300_000), weights(count: 300_000)),
      digest(weights(count: 300_000), weights(count: 300_001)),
      digest(weights(count: 300_001), weights(count: 300_000)),
    ]
    #expect(Set(digests).count == digests.count)
    #expect(!digests.contains(nil))
  }

  /// Headers that claim more than there is are cut, whatever they claim.
  @Test(
    arguments: [[], [1, 2, 3], [255, 255, 255, 255, 255, 255, 255, 255], [200, 0, 0, 0, 0, 0, 0, 0, 9]] as [[UInt8]])
  func oddFilesAreNoTrap(bytes: [UInt8]) {
    #expect(digest(bytes) != nil)
  }

  @Test func aFileThatIsGoneHasNoDigest() {
    #expect(WeightsDigest.digest(of: [folder["nothing"]]) == nil)
  }
}
