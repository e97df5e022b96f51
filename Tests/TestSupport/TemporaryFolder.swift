import Glibc

/// A folder of its own for one test, removed with everything in it when the test releases it.
public final class TemporaryFolder: Sendable {
  /// Where it is.
  public let path: String

  /// A new folder, which goes away with this object.
  public init() {
    let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(base)/headscope-test-XXXXXX".utf8CString)
    precondition(mkdtemp(&template) != nil, "no folder for temporary files in \(base)")
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { TemporaryFolder.remove(path) }

  /// The names of what is inside, sorted.
  public func list() -> [String] { Self.names(in: path).sorted() }

  /// The names in a folder; none if there is no such folder.
  public static func names(in path: String) -> [String] {
    guard let stream = opendir(path) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  /// What a link points to; nil if it is none.
  public static func linkTarget(_ path: String) -> String? {
    var target = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &target, target.count)
    return count < 0 ? nil : String(decoding: target[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func remove(_ path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    if status.st_mode & S_IFMT == S_IFDIR { for name in names(in: path) { remove("\(path)/\(name)") } }
    _ = Glibc.remove(path)
  }

  /// The path of something inside.
  public subscript(_ relative: String) -> String { "\(path)/\(relative)" }

  /// Makes a folder inside, with those above it.
  public func makeFolder(_ relative: String) {
    var made = path
    for part in relative.split(separator: "/") {
      made += "/\(part)"
      mkdir(made, 0o777)
    }
  }

  /// Makes a file inside, with the folders above it.
  public func write(_ bytes: [UInt8], to relative: String) {
    if let slash = relative.lastIndex(of: "/") { makeFolder(String(relative[..<slash])) }
    let descriptor = open(self[relative], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    defer { close(descriptor) }
    let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    precondition(written == bytes.count, "could not write \(relative)")
  }

  /// Writes a text into a file of the folder.
  public func write(_ text: String, to relative: String) { write(Array(text.utf8), to: relative) }

  /// Removes a file inside.
  public func remove(_ relative: String) { unlink(self[relative]) }

  /// Makes a link inside, with the folders above it. What it points to need not exist.
  public func link(_ relative: String, to target: String) {
    if let slash = relative.lastIndex(of: "/") { makeFolder(String(relative[..<slash])) }
    precondition(symlink(target, self[relative]) == 0, "could not link \(relative)")
  }
}
