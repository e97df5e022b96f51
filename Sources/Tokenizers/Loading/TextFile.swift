import JSON
import Support

/// Reading the files of a tokenizer's folder.
enum TextFile {
  static func read(_ path: String, limit: Int = FileLimit.tokenizer) throws(TokenizerError) -> [UInt8] {
    do throws(FileError) { return try InputFile(path).bytes(limit: limit) } catch {
      throw TokenizerError(file: path, "\(words: error.reason)")
    }
  }

  static func readJSON(
    _ path: String, limit: Int = FileLimit.tokenizer
  ) throws(TokenizerError) -> JSONValue {
    let bytes = try read(path, limit: limit)
    do {
      return try JSONValue(parsing: bytes)
    } catch {
      throw TokenizerError(file: path, "is not JSON: \(error)")
    }
  }
}
