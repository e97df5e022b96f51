import Support

/// Sentences without labels: a file with one in each line. Empty lines are left out.
package struct PlainText: Sendable {
  /// What messages call it.
  package let name: String
  /// The sentences, and the lines that they stand in, counted from 1.
  package let lines: [(text: String, line: Int)]
  /// Recognises what the file holds: FNV-1a of its bytes, in 16 hexadecimal digits.
  package let digest: String

  /// - Throws: where the file cannot be read, holds no sentence, or is not UTF-8.
  package init(file path: String) throws {
    let bytes = try InputFile(path).bytes(limit: LabelledData.mostBytes)
    name = path
    digest = FNV1a(bytes).digits
    var lines: [(text: String, line: Int)] = []
    for (index, line) in Lines(of: bytes).lines.enumerated() {
      guard let text = String(validating: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
      else { throw TrainingError("\(path), line \(index + 1): is not valid UTF-8") }
      if !text.allSatisfy(\.isWhitespace) { lines.append((text, index + 1)) }
    }
    guard !lines.isEmpty else { throw TrainingError("\(path): holds no sentences") }
    self.lines = lines
  }
}
