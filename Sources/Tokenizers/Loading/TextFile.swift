import JSON
import Support

/// Reading the files of a tokenizer's folder.
enum TextFile {
  /// The largest file that is read. The largest known tokenizer.json has 35 MB.
  private static let limit = 1 << 30

  static func read(_ path: String) throws(TokenizerError) -> [UInt8] {
    do throws(FileError) { return try InputFile(path).bytes(limit: limit) } catch {
      throw TokenizerError(file: path, error.reason)
    }
  }

  static func readJSON(_ path: String) throws(TokenizerError) -> JSONValue {
    let bytes = try read(path)
    do {
      return try JSONValue(parsing: bytes)
    } catch {
      throw TokenizerError(file: path, "is not JSON: \(error)")
    }
  }
}
