import Glibc
import Support

/// The file in which a blob's bytes collect, with the digest of what is in it.
final class BlobFile {
  private let path: String
  private let descriptor: Int32
  private let entityTag: String
  private let expectedSize: Int?
  private(set) var count = 0
  private var digest: FileDigest?

  /// Opens what an earlier try has left, or starts anew.
  init(path: String, entityTag: String, size: Int?) throws(HubError) {
    self.path = path
    self.entityTag = entityTag
    expectedSize = size
    do throws(FileError) { descriptor = try Files.open(path, O_RDWR | O_CREAT).descriptor } catch {
      throw .cannotWrite(path, reason: error.cause)
    }
    digest = FileDigest(entityTag: entityTag, size: size)
    try readWhatIsThere()
  }

  deinit { close(descriptor) }

  func append(_ bytes: UnsafeRawBufferPointer) throws(HubError) {
    var done = 0
    while done < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
      let written = write(descriptor, rest.baseAddress, rest.count)
      if written < 0 && errno == EINTR { continue }
      guard written >= 0 else { throw failure() }
      done += written
    }
    digest?.add(bytes)
    count += bytes.count
  }

  /// Forgets everything that has arrived.
  func restart() throws(HubError) {
    guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else { throw failure() }
    count = 0
    digest = FileDigest(entityTag: entityTag, size: expectedSize)
  }

  /// Checks size and digest, and writes everything through to the disk, so that the name which the file gets next never
  /// stands for less.
  func verify(file: String) throws(HubError) {
    if let expectedSize, count != expectedSize {
      throw .wrongSize(file: file, expected: expectedSize, found: count)
    }
    if let digest, digest.text != entityTag {
      throw .wrongDigest(file: file, expected: entityTag, found: digest.text)
    }
    guard fsync(descriptor) == 0 else { throw failure() }
  }

  private func readWhatIsThere() throws(HubError) {
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let read = Glibc.read(descriptor, &chunk, chunk.count)
      if read < 0 && errno == EINTR { continue }
      guard read >= 0 else { throw failure() }
      if read == 0 { return }
      chunk[..<read].withUnsafeBytes { digest?.add($0) }
      count += read
    }
  }

  private func failure() -> HubError { .cannotWrite(path, reason: String(cString: strerror(errno))) }
}

/// All bytes of a blob.
func contents(of path: String) throws(HubError) -> [UInt8] {
  do throws(FileError) { return try InputFile(path).bytes(limit: 1 << 30) } catch {
    throw .cannotRead(path, reason: error.cause)
  }
}
