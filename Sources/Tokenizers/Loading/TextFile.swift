import Glibc
import JSON

/// Reading the files of a tokenizer's folder.
enum TextFile {
  /// The largest file that is read. The largest known tokenizer.json has 35 MB.
  private static let limit = 1 << 30

  static func exists(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0
  }

  static func read(_ path: String) throws(TokenizerError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw TokenizerError(file: path, "cannot be opened: \(systemMessage())") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw TokenizerError(file: path, "cannot be read: \(systemMessage())")
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw TokenizerError(file: path, "is not a file") }
    guard status.st_size <= limit else {
      throw TokenizerError(file: path, "has \(status.st_size) bytes, more than the \(limit) that a tokenizer may have")
    }
    var failure: TokenizerError?
    let bytes = [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
      count = 0
      while count < buffer.count {
        let result = Glibc.read(descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
        if result < 0 {
          if errno == EINTR { continue }
          failure = TokenizerError(file: path, "cannot be read: \(systemMessage())")
          return
        }
        // The file may have become shorter since.
        if result == 0 { return }
        count += result
      }
    }
    if let failure { throw failure }
    return bytes
  }

  static func readJSON(_ path: String) throws(TokenizerError) -> JSONValue {
    let bytes = try read(path)
    do {
      return try JSONValue(parsing: bytes)
    } catch {
      throw TokenizerError(file: path, "is not JSON: \(error)")
    }
  }

  private static func systemMessage() -> String { String(cString: strerror(errno)) }
}
