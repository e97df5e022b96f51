import JSON
import Support

/// The JSON document in a file that may have `limit` bytes. What cannot be read, is longer or is not JSON is an
/// `EncoderError` that names the file.
func readJSON(_ path: String, limit: Int) throws -> JSONValue {
  let file = try MappedFile(path: path)
  guard file.bytes.count <= limit else { throw EncoderError(FileError(path, .isTooLarge(limit: limit)).text) }
  return try withExtendedLifetime(file) {
    do {
      return try JSONValue(parsing: file.bytes)
    } catch {
      throw EncoderError("\(path): is not JSON: \(error)")
    }
  }
}
