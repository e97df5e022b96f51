import Glibc
import Support

/// Writes into the cache of Hugging Face's libraries, in its own layout, one rename at a time: whatever moment the
/// program is killed at, every name that is there means something complete.
struct CacheWriter {
  let cache: String
  let id: String

  private var folderName: String { "models--" + id.split(separator: "/").joined(separator: "--") }
  private var folder: String { "\(cache)/\(folderName)" }

  func blobPath(_ entityTag: String) -> String { "\(folder)/blobs/\(entityTag)" }
  func snapshotFolder(_ commit: String) -> String { "\(folder)/snapshots/\(commit)" }

  /// What has arrived of a blob.
  func partPath(_ entityTag: String) -> String { blobPath(entityTag) + ".incomplete" }

  func makeFolders(commit: String) throws(HubError) {
    for path in ["\(folder)/blobs", "\(folder)/refs", snapshotFolder(commit), "\(cache)/.locks/\(folderName)"] {
      try makeFolder(path)
    }
  }

  /// Gives a complete blob its name in a snapshot, perhaps in a folder of it.
  func link(_ file: String, to blob: String, commit: String) throws(HubError) {
    let path = "\(snapshotFolder(commit))/\(file)"
    let depth = file.split(separator: "/").count - 1
    if depth > 0 { try makeFolder(Files.parent(of: path)) }
    let target = String(repeating: "../", count: depth) + "../../blobs/\(blob)"
    try replace(path) { symlink(target, $0) == 0 }
  }

  /// The name of the blob that a file of a snapshot is linked to; nil where it is not there.
  func linkedBlob(_ file: String, commit: String) -> String? {
    var target = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("\(snapshotFolder(commit))/\(file)", &target, target.count)
    guard count > 0 else { return nil }
    let parts = String(decoding: target[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self).split(separator: "/")
    guard parts.count >= 4, parts.dropLast(2).allSatisfy({ $0 == ".." }), parts[parts.count - 2] == "blobs",
      let blob = parts.last.map(String.init), isSafeFileName(blob)
    else { return nil }
    return blob
  }

  /// Remembers which commit a branch or tag means. A commit needs no memory.
  func remember(revision: String, commit: String) throws(HubError) {
    guard revision != commit else { return }
    let parts = revision.split(separator: "/")
    guard !parts.isEmpty, parts.allSatisfy({ isSafeFileName(String($0)) }) else { return }
    try makeFolder("\(folder)/refs/" + parts.dropLast().joined(separator: "/"))
    try replace("\(folder)/refs/\(parts.joined(separator: "/"))") { path in
      let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else { return false }
      defer { close(descriptor) }
      return Array(commit.utf8).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } == commit.utf8.count
    }
  }

  /// The blob is complete: it gets its name, which is its entity tag unless another is said.
  func complete(_ entityTag: String, as blob: String? = nil) throws(HubError) {
    let path = blobPath(blob ?? entityTag)
    guard rename(partPath(entityTag), path) == 0 else { throw failure(path) }
  }

  /// What has arrived is not needed.
  func discardPart(_ entityTag: String) { unlink(partPath(entityTag)) }

  /// Keeps other programs, Python's among them, from fetching the same blob at the same time.
  ///
  /// - Returns: a descriptor that holds the lock until it is closed.
  func lock(_ entityTag: String, whileWaiting: () throws(HubError) -> Void) throws(HubError) -> Int32 {
    let path = "\(cache)/.locks/\(folderName)/\(entityTag).lock"
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure(path) }
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR else {
        // A file system without locks: then two downloads can only waste each other's time.
        return descriptor
      }
      do { try whileWaiting() } catch {
        close(descriptor)
        throw error
      }
    }
    return descriptor
  }

  /// Throws if less than `bytes` fit where the cache lies.
  func checkRoom(for bytes: Int) throws(HubError) {
    if let free = freeBytes, free < bytes { throw noRoom(for: bytes) }
  }

  func noRoom(for bytes: Int) -> HubError { .noRoom(folder: cache, needed: bytes, free: freeBytes ?? 0) }

  /// What can be written where the cache lies; nil where the system does not say.
  var freeBytes: Int? {
    var status = statvfs()
    guard statvfs(folder, &status) == 0 else { return nil }
    let (free, overflow) = Int(clamping: status.f_bavail).multipliedReportingOverflow(
      by: Int(clamping: status.f_frsize))
    return overflow ? nil : free
  }

  // MARK: -

  private func makeFolder(_ path: String) throws(HubError) {
    guard Files.makeFolder(path) else { throw failure(path) }
  }

  /// Makes a thing beside its place and moves it there.
  private func replace(_ path: String, make: (String) -> Bool) throws(HubError) {
    let temporary = Files.join(Files.parent(of: path), Files.unguessableName(ending: ".incomplete"))
    guard make(temporary), rename(temporary, path) == 0 else {
      let error = failure(path)
      unlink(temporary)
      throw error
    }
  }

  private func failure(_ path: String) -> HubError { .cannotWrite(path, reason: systemMessage()) }
}
