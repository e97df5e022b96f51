import Glibc
import Support

extension Files {
  /// Writes to a terminal; whether all of it went through.
  static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    (try? write(bytes, to: descriptor, path: "the terminal")) != nil
  }

  /// A new folder with a name of its own; nil if it cannot be made.
  static func makeTemporaryFolder(in folder: String) -> String? {
    var template = Array("\(folder)/headscope-XXXXXX".utf8CString)
    guard template.withUnsafeMutableBufferPointer({ $0.baseAddress.flatMap(mkdtemp) != nil }) else { return nil }
    return String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Removes a file, or a folder with all that is in it. Links are not followed.
  static func remove(_ path: String) {
    if unlink(path) == 0 || rmdir(path) == 0 { return }
    for name in list(path) { remove("\(path)/\(name)") }
    rmdir(path)
  }
}
