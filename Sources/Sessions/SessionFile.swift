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

  // MARK: Names and places

  static func name(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The names in a folder; none where there is no such folder.
  static func names(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
    return names
  }

  /// The path, or one like it that nobody has taken: a.jsonl, a-2.jsonl, a-3.jsonl ...
  static func free(_ path: String) -> String {
    let base = path.hasSuffix(".jsonl") ? String(path.dropLast(6)) : path
    let ending = path.dropFirst(base.count)
    var candidate = path
    var number = 2
    while access(candidate, F_OK) == 0 {
      candidate = "\(base)-\(number)\(ending)"
      number += 1
    }
    return candidate
  }

  // MARK: Changing

  /// Moves a file; never over another one.
  static func move(_ path: String, to target: String) throws(SessionError) {
    guard access(target, F_OK) != 0 else { throw SessionError("\(target) is there already") }
    guard rename(path, target) == 0 else { throw SessionError("cannot move \(path) to \(target): \(reason())") }
  }

  /// Writes a file in one piece: it is built beside its place and renamed, so that no half of it is ever seen.
  static func write(_ bytes: [UInt8], to path: String) throws(SessionError) {
    let temporary = "\(folder(of: path))/.\(name(of: path)).\(getpid()).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw SessionError("cannot write \(path): \(reason())") }
    var failure: String?
    bytes.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else {
          failure = reason()
          return
        }
        rest = rest.dropFirst(count)
      }
    }
    if close(descriptor) != 0, failure == nil { failure = reason() }
    if failure == nil, rename(temporary, path) != 0 { failure = reason() }
    if let failure {
      unlink(temporary)
      throw SessionError("cannot write \(path): \(failure)")
    }
  }

  /// Throws where another program is recording in the file.
  static func requireNobodyRecords(_ path: String) throws(SessionError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw SessionError("cannot open the session \(path): \(reason())") }
    defer { close(descriptor) }
    // Where a file cannot be locked at all, nobody else could lock it either.
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
      throw SessionError("\(path) is being recorded by another headscope; it can be changed when that has ended")
    }
    flock(descriptor, LOCK_UN)
  }
}
