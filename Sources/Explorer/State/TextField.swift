/// Where a person types: the prompt, a filter, a name. A text and the place in it where typing goes on; what keys and pastes do to it
/// is the same wherever it stands.
///
/// The cursor is kept in bytes, so that no characters have to be counted from the start to find it: typing into a long
/// text takes time in proportion to what is typed.
public struct TextField: Sendable, Equatable {
  /// The text. Untrusted where it was pasted or read from a session.
  public private(set) var text: String
  /// Bytes of UTF-8 before the cursor, which stands between two characters (grapheme clusters).
  public private(set) var offset: Int
  /// Whether a line break may be typed or pasted into it.
  public let hasLines: Bool

  /// A field with a text in it.
  ///
  /// - Parameters:
  ///   - text: what stands in it.
  ///   - cursor: how many characters stand before the cursor; the end where it is more than there are.
  ///   - hasLines: whether a line break may be typed or pasted into it.
  public init(_ text: String, cursor: Int, hasLines: Bool = false) {
    self.text = text
    self.hasLines = hasLines
    let place = text.index(text.startIndex, offsetBy: max(cursor, 0), limitedBy: text.endIndex) ?? text.endIndex
    offset = text.utf8.distance(from: text.startIndex, to: place)
  }

  /// With the cursor at the end.
  public init(_ text: String, hasLines: Bool = false) {
    self.text = text
    self.hasLines = hasLines
    offset = text.utf8.count
  }

  /// How many characters stand before the cursor: counted anew every time.
  public var cursor: Int { text.distance(from: text.startIndex, to: place) }

  /// Where the cursor is.
  package var place: String.Index { index(at: offset) }

  func index(at offset: Int) -> String.Index { text.utf8.index(text.startIndex, offsetBy: offset) }

  private func offset(of index: String.Index) -> Int { text.utf8.distance(from: text.startIndex, to: index) }

  mutating func move(to place: String.Index) { offset = offset(of: place) }

  /// Puts a text in the place of a part; the cursor stands behind it.
  mutating func replace(_ part: Range<String.Index>, with inserted: String) {
    let start = offset(of: part.lowerBound)
    text.replaceSubrange(part, with: inserted)
    put(cursor: start + inserted.utf8.count)
  }

  /// A combining mark joins the character before it: the cursor never stands between the two.
  mutating func put(cursor: Int) {
    let place = index(at: cursor)
    let isBoundary = place == text.endIndex || String.Index(place, within: text) != nil
    offset = isBoundary ? cursor : offset(of: text.index(after: place))
  }
}

extension TextField {
  /// Where the line with the cursor begins and ends.
  var lineStart: String.Index { index(at: text.lineStart(before: offset)) }
  var lineEnd: String.Index { index(at: text.lineEnd(from: offset)) }
}

extension TextField {
  /// The line with the cursor.
  package var line: Range<String.Index> { lineStart..<lineEnd }

  /// Without the text of the line with the cursor.
  var withoutLine: TextField {
    var field = self
    field.replace(lineStart..<lineEnd, with: "")
    return field
  }
}

extension State {
  /// The text field that is open: a name or a note, the prompt, or the filter of heads. In a replay it is that of the person who was
  /// recorded.
  package var textField: TextField? { entry?.field ?? prompt?.field ?? filterPrompt }
}

extension String {
  /// Where the line that ends at or goes on after a place begins, in bytes of UTF-8. A carriage return and a line feed together
  /// break no line.
  func lineStart(before offset: Int) -> Int {
    withBytes { bytes in
      var start = offset
      while start > 0, !isLineBreak(bytes, at: start - 1) { start -= 1 }
      return start
    }
  }

  /// Where the line that a place is in ends, in bytes of UTF-8: before a line break, or at the end of the text.
  func lineEnd(from offset: Int) -> Int {
    withBytes { bytes in
      var end = offset
      while end < bytes.count, !isLineBreak(bytes, at: end) { end += 1 }
      return end
    }
  }

  /// The part between two places, in bytes of UTF-8, at which code points begin.
  func bytes(_ range: Range<Int>) -> Substring {
    self[utf8.index(startIndex, offsetBy: range.lowerBound)..<utf8.index(startIndex, offsetBy: range.upperBound)]
  }

  private func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    if let result = utf8.withContiguousStorageIfAvailable(body) { return result }
    var copy = self
    return copy.withUTF8(body)
  }
}

private func isLineBreak(_ bytes: UnsafeBufferPointer<UInt8>, at place: Int) -> Bool {
  bytes[place] == 0x0A && (place == 0 || bytes[place - 1] != 0x0D)
}
