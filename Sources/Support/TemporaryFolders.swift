import Glibc

extension Files {
  /// A new folder with a name of its own, `headscope-XXXXXX`, which only its owner may look into; nil if it cannot be made.
  public static func makeTemporaryFolder(in folder: String) -> String? {
    var template = Array("\(folder)/headscope-XXXXXX".utf8CString)
    guard template.withUnsafeMutableBufferPointer({ $0.baseAddress.flatMap(mkdtemp) != nil }) else { return nil }
    return String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Removes a file, or a folder with all that is in it. Links are not followed.
  public static func remove(_ path: String) {
    if unlink(path) == 0 || rmdir(path) == 0 { return }
    for name in list(path) { remove("\(path)/\(name)") }
    rmdir(path)
  }
}
