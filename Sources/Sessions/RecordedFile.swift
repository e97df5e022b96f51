import Explorer
import Glibc
import Support

/// `write(2)`, or what stands for it.
typealias SystemWrite = @Sendable (Int32, UnsafeRawPointer, Int) -> Int

/// The file that a recorder writes, wherever it goes. Only code on the recorder's queue touches it.
final class RecordedFile: @unchecked Sendable {
  private var descriptor: Int32
  private var path: String
  private let systemWrite: SystemWrite
  private let rescueFolders: [String]
  private let onReport: @Sendable (RecordingReport) -> Void
  /// What is in the file, as far as it is known here: other programs may change it in its place.
  private var written: [UInt8] = []
  /// What has not been written yet.
  private var pending: [UInt8] = []
  /// Why not.
  private var failure: String?

  /// What is open under `descriptor` is closed in the end.
  init(
    descriptor: Int32, path: String, write: @escaping SystemWrite, rescueFolders: [String],
    onReport: @escaping @Sendable (RecordingReport) -> Void
  ) {
    self.descriptor = descriptor
    self.path = path
    systemWrite = write
    self.rescueFolders = rescueFolders
    self.onReport = onReport
  }

  deinit { close() }

  /// Keeps other programs from recording in it; false where one does.
  func lock() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }

  /// Everything that is in it when it is opened, which is remembered.
  func open() throws(FileError) -> [UInt8] {
    written = try bytes()
    return written
  }

  /// Takes away all but the beginning.
  ///
  /// - Returns: whether the system has done that.
  func cut(to count: Int) -> Bool {
    guard ftruncate(descriptor, count) == 0 else { return false }
    written = Array(written.prefix(count))
    return true
  }

  private var size: Int {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
  }

  private func bytes() throws(FileError) -> [UInt8] {
    try Files.bytes(of: descriptor, size: size, path: path, limit: SessionFile.largest)
  }

  /// All that was recorded and written, even where another program has cut it off since; with what others have added.
  private var everything: [UInt8] {
    if let bytes = try? bytes(), bytes.count >= written.count { bytes } else { written }
  }

  func write(_ bytes: [UInt8]) {
    guard descriptor >= 0 else { return }
    pending += bytes
    let homeless = keepPlace()
    if let reason = writePending() ?? homeless {
      failure = reason
      onReport(RecordingReport(.failed(reason)))
    } else if failure != nil {
      failure = nil
      onReport(RecordingReport(.on(file: path)))
    }
  }

  /// - Returns: what the system says where not everything could be written.
  private func writePending() -> String? {
    var done = 0
    defer {
      written += pending.prefix(done)
      pending.removeFirst(done)
    }
    while done < pending.count {
      let count = pending.withUnsafeBytes { bytes in
        bytes.baseAddress.map { start in uninterrupted { systemWrite(descriptor, start + done, bytes.count - done) } }
          ?? 0
      }
      guard count > 0 else { return systemMessage(count < 0 ? errno : EIO) }
      done += count
    }
    return nil
  }

  /// Writes what can still be written, and closes the file.
  func finish() -> RecordingLoss? {
    guard descriptor >= 0 else { return nil }
    write([])
    defer { close() }
    guard let failure else { return nil }
    return RecordingLoss(path: path, reason: failure, rescue: rescue())
  }

  private func close() {
    guard descriptor >= 0 else { return }
    // A process that is just being started may still hold the descriptor, and with it the lock.
    flock(descriptor, LOCK_UN)
    Glibc.close(descriptor)
    descriptor = -1
  }

  // MARK: - When the file goes away

  /// Looks whether the file is still where it was, and goes on where nothing is lost if it is not.
  ///
  /// - Returns: why there is no place for it; nil where there is.
  private func keepPlace() -> String? {
    var own = stat()
    var there = stat()
    guard fstat(descriptor, &own) == 0 else { return nil }
    let isThere = stat(path, &there) == 0
    // What cannot be looked at is not therefore gone.
    let isGone = isThere ? FileIdentity(there) != FileIdentity(own) : errno == ENOENT || errno == ENOTDIR
    if own.st_size < written.count { return beginAnew(after: "cut short") }
    guard isGone else { return nil }
    if let moved = Files.resolved("/proc/self/fd/\(descriptor)"), Files.identity(of: moved) == FileIdentity(own) {
      path = moved
      onReport(RecordingReport(.on(file: moved), notice: "the session's file was moved: recording goes on in \(moved)"))
      return nil
    }
    return beginAnew(after: isThere ? "replaced by another" : "removed")
  }

  /// Puts everything that was recorded into a new file: the old one has no name any more, but is still open, or is not
  /// what it was.
  private func beginAnew(after change: String) -> String? {
    let place = SessionFile.free(path)
    do throws(FileError) {
      _ = Files.makeFolder(Files.parent(of: place), permissions: 0o755)
      let recorded = everything
      let new = try RecordedFile.make(place, permissions: 0o644, holding: recorded)
      close()
      written = recorded
      descriptor = new
      path = place
      onReport(
        RecordingReport(.on(file: place), notice: "the session's file was \(change): all of it is in \(place)"))
      return nil
    } catch {
      return "the session's file was \(change), and cannot be made anew: \(error.cause)"
    }
  }

  // MARK: - Making files

  /// Makes a file that is not there yet, and locks it.
  private static func make(_ path: String, permissions: mode_t, holding bytes: [UInt8]) throws(FileError) -> Int32 {
    let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_APPEND | O_CLOEXEC, permissions)
    guard descriptor >= 0 else { throw FileError(path, .cannotWrite(errno)) }
    do throws(FileError) {
      flock(descriptor, LOCK_EX | LOCK_NB)
      try Files.write(bytes, to: descriptor, path: path)
      return descriptor
    } catch {
      unlink(path)
      Glibc.close(descriptor)
      throw error
    }
  }

  /// Where people find what was saved: folders for temporary things, then home.
  static var rescueFolders: [String] {
    ["TMPDIR", "HOME", "XDG_RUNTIME_DIR"].compactMap { name in
      let value = getenv(name).map { String(cString: $0) }
      return value.flatMap { $0.hasPrefix("/") ? $0 : nil } ?? (name == "TMPDIR" ? "/tmp" : nil)
    }
  }

  /// Puts the whole session, with what could not be written, into the first folder that has room for it.
  private func rescue() -> RecordingLoss.Rescue {
    let name = Files.name(of: path)
    let base = name.hasSuffix(".jsonl") ? String(name.dropLast(6)) : name
    for folder in rescueFolders {
      let place = SessionFile.free(Files.join(folder, "\(base)-rescued.jsonl"))
      guard let new = try? RecordedFile.make(place, permissions: 0o600, holding: everything + pending) else { continue }
      let isSafe = fsync(new) == 0
      Glibc.close(new)
      if isSafe { return .file(place) }
      unlink(place)
    }
    // What has a name still has what was written before, unless another process has truncated it.
    let lost = Files.exists(path) && size >= written.count ? pending : everything + pending
    return .lost(lines: lost.count { $0 == UInt8(ascii: "\n") })
  }
}
