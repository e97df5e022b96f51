import Glibc

/// Which file it is, whatever it is called.
public struct FileIdentity: Hashable, Sendable {
  /// The file system that it is on.
  public let device: UInt
  /// Its number there.
  public let inode: UInt

  /// The identity that the system gives.
  public init(_ status: stat) {
    device = UInt(status.st_dev)
    inode = UInt(status.st_ino)
  }
}

/// A regular file that is open for reading, and is closed with this value: the only way in which the program reads files.
///
/// Opening never waits: a pipe without a writer, a device or a folder is an error at once.
public struct InputFile: ~Copyable, Sendable {
  /// As it was asked for. Untrusted text.
  public let path: String
  /// Open for reading; it is closed with this value.
  public let descriptor: Int32
  /// Bytes, when it was opened.
  public let size: Int
  /// Which file it is.
  public let identity: FileIdentity

  /// Opens a regular file for reading. A link is followed.
  public init(_ path: String) throws(FileError) {
    let (descriptor, status) = try Files.open(path, O_RDONLY)
    self.path = path
    self.descriptor = descriptor
    size = Int(status.st_size)
    identity = FileIdentity(status)
  }

  deinit { close(descriptor) }

  /// Everything that is in it, also what has come since it was opened.
  ///
  /// - Throws: where there are more than `limit` bytes.
  public func bytes(limit: Int) throws(FileError) -> [UInt8] {
    try Files.bytes(of: descriptor, size: size, path: path, limit: limit)
  }

  /// So many bytes from a place, or fewer where the file ends.
  public func bytes(from start: Int, count: Int) throws(FileError) -> [UInt8] {
    try Files.bytes(of: descriptor, from: start, count: count, path: path)
  }

  /// Fills memory from a place on, as far as the file goes.
  ///
  /// - Returns: how many bytes were read.
  public func read(into buffer: UnsafeMutableRawBufferPointer, from start: Int) throws(FileError) -> Int {
    try Files.read(descriptor, into: buffer, from: start, path: path)
  }
}

extension Files {
  /// Opens a regular file; whatever else has that name is closed again.
  ///
  /// - Parameters:
  ///   - flags: as of open(2). The file is always closed in programs that are started.
  ///   - permissions: of a file that is made.
  /// - Returns: a descriptor that the caller closes.
  public static func open(
    _ path: String, _ flags: Int32, permissions: mode_t = 0o666
  ) throws(FileError) -> (descriptor: Int32, status: stat) {
    var status = stat()
    // Without O_NONBLOCK, opening a pipe waits for a process at its other end. It has no effect on files.
    let descriptor = Glibc.open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, permissions)
    guard descriptor >= 0 else {
      let code = errno
      // What cannot be opened because of what it is.
      if code != EACCES, stat(path, &status) == 0, let kind = FileKind(status) {
        throw FileError(path, .isNoFile(kind))
      }
      throw FileError(path, .cannotOpen(code))
    }
    guard fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw FileError(path, .cannotRead(code))
    }
    if let kind = FileKind(status) {
      close(descriptor)
      throw FileError(path, .isNoFile(kind))
    }
    return (descriptor, status)
  }

  /// Everything in an open file, whose size was `size` a moment ago.
  public static func bytes(
    of descriptor: Int32, size: Int, path: String, limit: Int
  ) throws(FileError) -> [UInt8] {
    guard size <= limit else { throw FileError(path, .isTooLarge(limit: limit)) }
    var result = try bytes(of: descriptor, from: 0, count: size, path: path)
    // Files grow, and those of the system have no size that could be known beforehand.
    while result.count >= size {
      let more = try bytes(of: descriptor, from: result.count, count: 1 << 14, path: path)
      if more.isEmpty { break }
      result += more
      guard result.count <= limit else { throw FileError(path, .isTooLarge(limit: limit)) }
    }
    return result
  }

  /// So many bytes from a place of an open file, or fewer where it ends.
  public static func bytes(
    of descriptor: Int32, from start: Int, count: Int, path: String
  ) throws(FileError) -> [UInt8] {
    var failure: FileError?
    let bytes = [UInt8](unsafeUninitializedCapacity: max(count, 0)) { buffer, used in
      let room = UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: max(count, 0))
      do throws(FileError) { used = try read(descriptor, into: room, from: start, path: path) } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Fills memory from a place of an open file, as far as that goes.
  static func read(
    _ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer, from start: Int, path: String
  ) throws(FileError) -> Int {
    var used = 0
    while used < buffer.count {
      let count = uninterrupted {
        pread(descriptor, buffer.baseAddress.map { $0 + used }, buffer.count - used, off_t(start + used))
      }
      guard count >= 0 else { throw FileError(path, .cannotRead(errno)) }
      if count == 0 { break }
      used += count
    }
    return used
  }
}
