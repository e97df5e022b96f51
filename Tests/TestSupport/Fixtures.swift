import Glibc

/// Where the files that tests read lie, found from the place of this source file.
public enum Fixtures {
  /// The root of the checkout.
  public static let root: String = {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(3)
    return parts.joined(separator: "/")
  }()

  /// The bytes of a file of the checkout; none if it cannot be read.
  public static func bytes(atRootPath relative: String) -> [UInt8] { bytes("\(root)/\(relative)") }

  /// The bytes of a file; none if it cannot be read.
  public static func bytes(_ path: String) -> [UInt8] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
    return bytes
  }

  /// The path of a file or folder in `Tests/Fixtures`.
  public static func path(_ relative: String) -> String { "\(root)/Tests/Fixtures/\(relative)" }
}
