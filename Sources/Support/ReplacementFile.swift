import Glibc

/// A file that is built beside its place, and takes its place when all of it is there: the only way in which the program
/// replaces files. Whatever goes wrong before, the file that was there stays as it is.
///
/// Where the file system can do that, it has no name until then, so that not even a kill or a crash leaves anything behind.
/// Elsewhere its name cannot be guessed, and signals that end the program remove it (`Leftovers`).
public struct ReplacementFile: ~Copyable, Sendable {
  /// What will be replaced. Where a link was named, what it points to is replaced, and the link stays.
  public let target: String
  /// For reading and writing.
  public let descriptor: Int32
  /// What it is called until it is in its place; nil while it has no name.
  private var path: String?

  /// - Parameters:
  ///   - target: it need not be there yet. If it is, its permissions are kept.
  ///   - permissions: of a new file, less the process's mask.
  ///   - canBeNameless: false builds it as on file systems that know no files without a name.
  public init(for target: String, permissions: mode_t = 0o666, canBeNameless: Bool = true) throws(FileError) {
    let place = Files.resolved(target) ?? target
    var old = stat()
    let isThere = stat(place, &old) == 0
    if isThere, let kind = FileKind(old) { throw FileError(target, .isNoFile(kind)) }
    let folder = Files.parent(of: place)
    let opened: (path: String?, descriptor: Int32)
    if canBeNameless, let nameless = Self.openNameless(in: folder, permissions: permissions) {
      opened = (nil, nameless)
    } else {
      opened = try Files.makeUnguessable(in: folder, permissions: permissions, for: target)
    }
    self.target = place
    (path, descriptor) = opened
    if isThere { fchmod(descriptor, old.st_mode & 0o7777) }
  }

  deinit {
    close(descriptor)
    if let path { Files.removeUnfinished(path) }
  }

  /// Writes after everything that was written before.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    try Files.write(bytes, to: descriptor, path: target)
  }

  /// Takes its place.
  ///
  /// - Parameter isDurable: whether everything is on the disk before that, so that not even a power cut leaves half of it.
  public mutating func takePlace(isDurable: Bool) throws(FileError) {
    try Files.checkWritten(descriptor, path: target)
    if isDurable, fsync(descriptor) != 0, errno != EINVAL, errno != ENOTSUP {
      throw FileError(target, .cannotWrite(errno))
    }
    if path == nil {
      if link(as: target) { return }
      // Only a rename replaces what is there, and that takes a name for a moment.
      guard errno == EEXIST else { throw FileError(target, .cannotWrite(errno)) }
      let name = Files.join(Files.parent(of: target), Files.unguessableName())
      Leftovers.add(name)
      path = name
      guard link(as: name) else { throw FileError(target, .cannotWrite(errno)) }
    }
    guard let path, rename(path, target) == 0 else { throw FileError(target, .cannotWrite(errno)) }
    Leftovers.forget(path)
    self.path = nil
  }

  private func link(as name: String) -> Bool {
    linkat(AT_FDCWD, Self.handle(of: descriptor), AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0
  }

  /// A file without a name that can be given one later; nil where the file system does not have that.
  private static func openNameless(in folder: String, permissions: mode_t) -> Int32? {
    // O_TMPFILE, which Swift does not import.
    let nameless = O_DIRECTORY | 0o20000000
    let descriptor = open(folder, O_RDWR | O_CLOEXEC | nameless, permissions)
    guard descriptor >= 0 else { return nil }
    if access(handle(of: descriptor), F_OK) == 0 { return descriptor }
    close(descriptor)
    return nil
  }

  /// What the system calls an open file.
  private static func handle(of descriptor: Int32) -> String { "/proc/self/fd/\(descriptor)" }
}

extension Files {
  /// Puts a file into its place in one piece: see `ReplacementFile`.
  public static func replace(
    _ path: String, with bytes: [UInt8], permissions: mode_t = 0o666, isDurable: Bool = true
  ) throws(FileError) {
    var file = try ReplacementFile(for: path, permissions: permissions)
    try write(bytes, to: file.descriptor, path: path)
    try file.takePlace(isDurable: isDurable)
  }

  /// Makes a new, empty file with a name that cannot have been put there before. Signals that end the program remove it.
  ///
  /// - Parameter name: what errors call it.
  /// - Returns: its path, and a descriptor for reading and writing, which the caller closes.
  public static func makeUnguessable(
    in folder: String, ending: String = ".part", permissions: mode_t = 0o666, for name: String
  ) throws(FileError) -> (path: String, descriptor: Int32) {
    for _ in 0..<100 {
      let path = join(folder, unguessableName(ending: ending))
      Leftovers.add(path)
      let descriptor = uninterrupted {
        Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, permissions)
      }
      if descriptor >= 0 { return (path, descriptor) }
      let code = errno
      Leftovers.forget(path)
      guard code == EEXIST else { throw FileError(name, .cannotWrite(code)) }
    }
    throw FileError(name, .cannotWrite(EEXIST))
  }

  /// `.headscope-`, 16 random hexadecimal digits, and the ending.
  public static func unguessableName(ending: String = ".part") -> String {
    let digits = String(UInt64.random(in: .min ... .max), radix: 16)
    return ".headscope-" + String(repeating: "0", count: 16 - digits.count) + digits + ending
  }

  /// Makes a file without a name, for what is collected for a while, in the folder for such things (`TMPDIR`).
  ///
  /// - Returns: a descriptor for reading and writing, which the caller closes.
  public static func makeNameless() throws(FileError) -> Int32 {
    let folder = getenv("TMPDIR").map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    let (path, descriptor) = try makeUnguessable(
      in: folder, permissions: 0o600, for: "a temporary file in \(folder)")
    removeUnfinished(path)
    return descriptor
  }

  /// Removes a file that is given up.
  fileprivate static func removeUnfinished(_ path: String) {
    unlink(path)
    Leftovers.forget(path)
  }

  /// Throws what the system has kept back so far about bytes that were written, as it does where they go over a network.
  ///
  /// - Parameter path: what errors call it.
  public static func checkWritten(_ descriptor: Int32, path: String) throws(FileError) {
    // Closing any descriptor of a file says it, and the file stays open.
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard copy >= 0, close(copy) == 0 || errno == EINTR else { throw FileError(path, .cannotWrite(errno)) }
  }

  /// Writes all bytes to an open file, from a place on, or where it was written to last.
  ///
  /// - Parameter path: what errors call it.
  public static func write(
    _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at place: Int? = nil, path: String
  ) throws(FileError) {
    var done = 0
    while done < bytes.count {
      let (start, count) = (bytes.baseAddress.map { $0 + done }, bytes.count - done)
      let written = uninterrupted {
        if let place {
          pwrite(descriptor, start, count, off_t(place + done))
        } else {
          Glibc.write(descriptor, start, count)
        }
      }
      guard written > 0 else { throw FileError(path, .cannotWrite(written < 0 ? errno : EIO)) }
      done += written
    }
  }

  /// Writes all bytes to an open file. `path` is what errors call it.
  public static func write(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(FileError) {
    try bytes.withUnsafeBufferPointer { (bytes) throws(FileError) in
      try write(UnsafeRawBufferPointer(bytes), to: descriptor, path: path)
    }
  }
}
