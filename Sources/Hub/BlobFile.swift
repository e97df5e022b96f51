import Glibc
import Support

/// The file in which a blob's bytes collect, with the digest of what is in it.
final class BlobFile {
  private let path: String
  private let descriptor: Int32
  private let entityTag: String
  private let expectedSize: Int?
  private(set) var count = 0
  private var digest: FileDigest
  /// Whether the entity tag says what the content's checksum is.
  let isNamedByContent: Bool

  /// Opens what an earlier try has left, or starts anew.
  init(path: String, entityTag: String, size: Int?) throws(HubError) {
    self.path = path
    self.entityTag = entityTag
    expectedSize = size
    do throws(FileError) { descriptor = try Files.open(path, O_RDWR | O_CREAT).descriptor } catch {
      throw .cannotWrite(path, reason: error.cause)
    }
    let named = FileDigest(entityTag: entityTag, size: size)
    isNamedByContent = named != nil
    digest = named ?? .sha256
    // A tag that is no checksum cannot tell whether the beginning that is there is this file's.
    if isNamedByContent { try readWhatIsThere() } else { try restart() }
  }

  deinit { close(descriptor) }

  /// The checksum of what is there: by git's rule or as SHA-256, whichever the entity tag looks like; else SHA-256.
  var checksum: String { digest.text }

  func append(_ bytes: UnsafeRawBufferPointer) throws(HubError) {
    do throws(FileError) { try Files.write(bytes, to: descriptor, path: path) } catch {
      throw .cannotWrite(path, reason: error.cause)
    }
    digest.add(bytes)
    count += bytes.count
  }

  /// Forgets everything that has arrived.
  func restart() throws(HubError) {
    guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else { throw failure() }
    count = 0
    digest = FileDigest(entityTag: entityTag, size: expectedSize) ?? .sha256
  }

  /// Checks size and digest, and writes everything through to the disk, so that the name which the file gets next never
  /// stands for less.
  func verify(file: String) throws(HubError) {
    if let expectedSize, count != expectedSize {
      throw .wrongSize(file: file, expected: expectedSize, found: count)
    }
    if isNamedByContent, checksum != entityTag {
      throw .wrongDigest(file: file, expected: entityTag, found: checksum)
    }
    guard fsync(descriptor) == 0 else { throw failure() }
  }

  private func readWhatIsThere() throws(HubError) {
    count = try forEachChunk(of: descriptor, path) { digest.add($0) }
  }

  private func failure() -> HubError { .cannotWrite(path, reason: systemMessage()) }
}

/// All bytes of a blob that should not have more than `limit`.
func contents(of path: String, limit: Int) throws(HubError) -> [UInt8] {
  do throws(FileError) { return try InputFile(path).bytes(limit: limit) } catch {
    throw .cannotRead(path, reason: error.cause)
  }
}

/// The SHA-256 of a file, in hexadecimal.
public func sha256(ofFile path: String) throws(HubError) -> String {
  let file: InputFile
  do throws(FileError) { file = try InputFile(path) } catch { throw .cannotRead(path, reason: error.cause) }
  var digest = FileDigest.sha256
  _ = try forEachChunk(of: file.descriptor, path) { digest.add($0) }
  return digest.text
}

/// Hands over what is left of a file, a megabyte at most at a time.
///
/// - Returns: how many bytes these were.
private func forEachChunk(
  of descriptor: Int32, _ path: String, _ body: (UnsafeRawBufferPointer) -> Void
) throws(HubError) -> Int {
  var chunk = [UInt8](repeating: 0, count: 1 << 20)
  var total = 0
  while true {
    let count = uninterrupted { read(descriptor, &chunk, chunk.count) }
    guard count >= 0 else { throw .cannotRead(path, reason: systemMessage()) }
    if count == 0 { return total }
    total += count
    chunk.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
  }
}
