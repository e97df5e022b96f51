import Support

/// Why a file holds no JSON that can be used: it cannot be read, it is too long, or it is not JSON.
public struct JSONFileError: TextualError, Equatable {
  /// As it was asked for. Untrusted text.
  public let path: String
  /// What is wrong, to stand after the file's name.
  public let reason: MessageText

  /// The file, and what is wrong.
  public var text: MessageText { "\(path): \(reason)" }
}

extension JSONValue {
  /// Reads the JSON document in a regular file.
  ///
  /// - Parameter limit: how many bytes the file may have.
  public init(file path: String, limit: Int) throws(JSONFileError) {
    let bytes: [UInt8]
    do throws(FileError) { bytes = try InputFile(path).bytes(limit: limit) } catch {
      throw JSONFileError(path: path, reason: "\(words: error.reason)")
    }
    do throws(JSONError) { self = try JSONValue(parsing: bytes) } catch {
      let stray = bytes.withUnsafeBytes { strayContent($0, path: path) }
      throw JSONFileError(path: path, reason: stray ?? "is not JSON: \(error)")
    }
  }
}
