/// A text file's lines.
public struct Lines<Bytes: Collection> where Bytes.Element == UInt8 {
  /// The lines without the line feeds that end them. Lines may be empty.
  public let lines: [Bytes.SubSequence]
  /// Whether a line feed ends the last line, as it should: without one, the rest may be missing.
  public let hasEnd: Bool

  /// Splits bytes at line feeds. What follows the last one is a line only where there is something.
  public init(of bytes: Bytes) {
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    hasEnd = lines.last?.isEmpty == true
    if hasEnd { lines.removeLast() }
    self.lines = lines
  }
}
