import Support

/// Why a document is not JSON, and where.
public struct JSONError: TextualError, Equatable {
  /// Counted from 1.
  public let line: Int
  /// In code points, counted from 1.
  public let column: Int
  /// What is wrong, in one line.
  public let message: MessageText

  /// The place, and what is wrong there.
  public var text: MessageText { "line \(line), column \(column): \(message)" }
}

extension JSONError {
  /// Finds the line and column of a byte.
  init(message: MessageText, offset: Int, in source: UnsafeRawBufferPointer) {
    var line = 1
    var column = 1
    for byte in source.prefix(offset) {
      if byte == UInt8(ascii: "\n") {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    self.init(line: line, column: column, message: message)
  }
}
