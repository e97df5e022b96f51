import Glibc

/// Questions to the file system, and paths. A link is followed; what it points to counts.
public enum Files {
  /// Whether it is a regular file.
  public static func isFile(_ path: String) -> Bool { kind(of: path) == S_IFREG }

  /// Whether it is a folder.
  public static func isFolder(_ path: String) -> Bool { kind(of: path) == S_IFDIR }

  /// Whether there is anything at all.
  public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Bytes of a file; nil if there is none.
  public static func size(_ path: String) -> Int? {
    status(of: path).flatMap { $0.st_mode & S_IFMT == S_IFREG ? Int($0.st_size) : nil }
  }

  /// Seconds since 1970.
  public static func modificationTime(_ path: String) -> Int? { status(of: path).map { Int($0.st_mtim.tv_sec) } }

  /// Which file or folder it is; nil if there is none.
  public static func identity(of path: String) -> FileIdentity? { status(of: path).map { FileIdentity($0) } }

  /// The names in a folder, sorted by bytes, without `.` and `..`; none if it cannot be read.
  public static func list(_ folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    // Sorted before they are strings: bytes of arrays are compared ten times as fast.
    var names: [[UInt8]] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      if name != [0x2E], name != [0x2E, 0x2E] { names.append(name) }
    }
    names.sort { $0.lexicographicallyPrecedes($1) }
    return names.map { String(decoding: $0, as: UTF8.self) }
  }

  /// The bytes of a file that should not be longer than `limit`; nil if it is no file, cannot be read or is longer.
  public static func read(_ path: String, limit: Int) -> [UInt8]? { try? InputFile(path).bytes(limit: limit) }

  /// Makes a folder and those above it.
  ///
  /// - Returns: whether the folder is there now; if not, `errno` says why.
  public static func makeFolder(_ path: String, permissions: mode_t = 0o777) -> Bool {
    var made = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/") {
      made += "/\(part)"
      // What is there already may lie where nothing can be made.
      guard mkdir(made, permissions) == 0 || errno == EEXIST || access(made, X_OK) == 0 else { return false }
    }
    return true
  }

  // MARK: - Paths

  /// The absolute path without links; nil if there is no such file or folder.
  public static func resolved(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// The last part of a path.
  public static func name(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  /// The path without its last part: `/a/b` gives `/a`, `/a` gives `/`, `a` gives `.`, the folder that it is in.
  public static func parent(of path: String) -> String {
    let parts = path.split(separator: "/").dropLast()
    if parts.isEmpty { return path.hasPrefix("/") ? "/" : "." }
    return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }

  /// A path inside a folder.
  public static func join(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }

  // MARK: -

  private static func kind(of path: String) -> mode_t? { status(of: path).map { $0.st_mode & S_IFMT } }

  private static func status(of path: String) -> stat? {
    var status = stat()
    return stat(path, &status) == 0 ? status : nil
  }
}
