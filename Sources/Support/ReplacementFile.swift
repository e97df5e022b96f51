import Glibc

/// A file that is built beside its place, under a name that nobody can guess, and takes its place when all of it is there:
/// the only way in which the program replaces files. Whatever goes wrong before, the file that was there stays as it is.
public struct ReplacementFile: ~Copyable, Sendable {
  /// What will be replaced. Where a link was named, what it points to is replaced, and the link stays.
  public let target: String
  /// Where it is built.
  public let path: String
  /// For reading and writing.
  public let descriptor: Int32
  private var isInPlace = false

  /// - Parameters:
  ///   - target: it need not be there yet. If it is, its permissions are kept.
  ///   - permissions: of a new file, less the process's mask.
  public init(for target: String, permissions: mode_t = 0o666) throws(FileError) {
    let place = Files.resolved(target) ?? target
    var old = stat()
    let isThere = stat(place, &old) == 0
    if isThere, let kind = FileKind(old) { throw FileError(target, .isNoFile(kind)) }
    (path, descriptor) = try Files.makeUnguessable(in: Files.parent(of: place), permissions: permissions, for: target)
    self.target = place
    if isThere { fchmod(descriptor, old.st_mode & 0o7777) }
  }

  deinit {
    close(descriptor)
    if !isInPlace { unlink(path) }
  }

  /// Writes after everything that was written before.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    try Files.write(bytes, to: descriptor, path: target)
  }

  /// Takes its place.
  ///
  /// - Parameter isDurable: whether everything is on the disk before that, so that not even a power cut leaves half of it.
  public mutating func takePlace(isDurable: Bool) throws(FileError) {
    if isDurable, fsync(descriptor) != 0, errno != EINVAL, errno != ENOTSUP {
      throw FileError(target, .cannotWrite(errno))
    }
    guard rename(path, target) == 0 else { throw FileError(target, .cannotWrite(errno)) }
    isInPlace = true
  }
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

  /// Makes a new, empty file with a name that nobody can have put there before.
  ///
  /// - Parameter name: what errors call it.
  /// - Returns: its path, and a descriptor for reading and writing, which the caller closes.
  public static func makeUnguessable(
    in folder: String, ending: String = ".part", permissions: mode_t = 0o666, for name: String
  ) throws(FileError) -> (path: String, descriptor: Int32) {
    for _ in 0..<100 {
      let path = join(folder, unguessableName(ending: ending))
      let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, permissions)
      if descriptor >= 0 { return (path, descriptor) }
      guard errno == EEXIST || errno == EINTR else { break }
    }
    throw FileError(name, .cannotWrite(errno))
  }

  /// `.headscope-`, 16 random hexadecimal digits, and the ending.
  public static func unguessableName(ending: String = ".part") -> String {
    let digits = String(UInt64.random(in: .min ... .max), radix: 16)
    return ".headscope-" + String(repeating: "0", count: 16 - digits.count) + digits + ending
  }

  /// Writes all bytes to an open file.
  ///
  /// - Parameter path: what errors call it.
  public static func write(
    _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String
  ) throws(FileError) {
    var done = 0
    while done < bytes.count {
      let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw FileError(path, .cannotWrite(count < 0 ? errno : EIO)) }
      done += count
    }
  }

  public static func write(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(FileError) {
    try bytes.withUnsafeBufferPointer { (bytes) throws(FileError) in
      try write(UnsafeRawBufferPointer(bytes), to: descriptor, path: path)
    }
  }
}
