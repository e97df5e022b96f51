import Glibc

/// Session files on disk.
public enum SessionFile {
  /// Far more than any exploration: a larger file is no session.
  static let largest = 1 << 30

  public static func read(_ path: String) throws(SessionError) -> Session {
    try SessionCoding.session(from: try bytes(of: path), name: path)
  }

  static func bytes(of path: String) throws(SessionError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SessionError("cannot open the session \(path): \(reason())") }
    defer { close(descriptor) }
    return try bytes(of: descriptor, path: path)
  }

  static func bytes(of descriptor: Int32, path: String) throws(SessionError) -> [UInt8] {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw SessionError("cannot read the session \(path): \(reason())") }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw SessionError(
        "\(path) is \(status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "not a file"): it holds no session")
    }
    guard status.st_size <= largest else { throw SessionError("\(path) is too large for a session (over 1 GiB)") }
    var result: [UInt8] = []
    result.reserveCapacity(Int(status.st_size))
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw SessionError("cannot read the session \(path): \(reason())") }
      guard count > 0 else { return result }
      result.append(contentsOf: buffer[..<count])
      guard result.count <= largest else { throw SessionError("\(path) is too large for a session (over 1 GiB)") }
    }
  }

  /// What the system says of the last error.
  static func reason() -> String { String(cString: strerror(errno)) }
}
