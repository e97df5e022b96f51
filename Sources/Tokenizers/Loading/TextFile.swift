import JSON
import Support

/// Reading the files of a tokenizer's folder.
enum TextFile {
  static func read(_ path: String, limit: Int = FileLimit.tokenizer) throws(TokenizerError) -> [UInt8] {
    let bytes: [UInt8]
    do throws(FileError) { bytes = try InputFile(path).bytes(limit: limit) } catch {
      throw TokenizerError(file: path, "\(words: error.reason)")
    }
    if let stray = bytes.withUnsafeBytes({ strayContent($0, path: path) }) { throw TokenizerError(file: path, stray) }
    return bytes
  }

  static func readJSON(
    _ path: String, limit: Int = FileLimit.tokenizer
  ) throws(TokenizerError) -> JSONValue {
    do throws(JSONFileError) { return try JSONValue(file: path, limit: limit) } catch {
      throw TokenizerError(file: path, error.reason)
    }
  }
}
