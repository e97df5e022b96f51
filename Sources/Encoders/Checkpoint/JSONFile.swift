import JSON

/// The JSON document in a file. What cannot be read or is not JSON is an `EncoderError` that names the file.
func readJSON(_ path: String) throws -> JSONValue {
  let file = try MappedFile(path: path)
  return try withExtendedLifetime(file) {
    do {
      return try JSONValue(parsing: file.bytes)
    } catch {
      throw EncoderError("\(path): is not JSON: \(error)")
    }
  }
}
