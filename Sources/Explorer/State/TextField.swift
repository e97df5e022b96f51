/// A text and the place in it where typing goes on.
///
/// The cursor is kept in bytes, so that no characters have to be counted from the start to find it: typing into a long
/// text takes time in proportion to what is typed.
public struct EditedText: Sendable, Equatable {
  /// The text. Untrusted where it was pasted or read from a session.
  public private(set) var text: String
  /// Bytes of UTF-8 before the cursor, which stands between two characters (grapheme clusters).
  public private(set) var offset: Int

  /// - Parameter cursor: how many characters stand before the cursor; the end where it is more than there are.
  public init(_ text: String, cursor: Int) {
    self.text = text
    let place = text.index(text.startIndex, offsetBy: max(cursor, 0), limitedBy: text.endIndex) ?? text.endIndex
    offset = text.utf8.distance(from: text.startIndex, to: place)
  }

  /// With the cursor at the end.
  public init(_ text: String) {
    self.text = text
    offset = text.utf8.count
  }

  /// How many characters stand before the cursor: counted anew every time.
  public var cursor: Int { text.distance(from: text.startIndex, to: place) }

  /// Where the cursor is.
  package var place: String.Index { index(at: offset) }

  private func index(at offset: Int) -> String.Index { text.utf8.index(text.startIndex, offsetBy: offset) }

  private func offset(of index: String.Index) -> Int { text.utf8.distance(from: text.startIndex, to: index) }

  mutating func move(to place: String.Index) { offset = offset(of: place) }

  /// Puts a text in the place of a part; the cursor stands behind it.
  mutating func replace(_ part: Range<String.Index>, with inserted: String) {
    let start = offset(of: part.lowerBound)
    text.replaceSubrange(part, with: inserted)
    put(cursor: start + inserted.utf8.count)
  }

  /// A combining mark joins the character before it: the cursor never stands between the two.
  private mutating func put(cursor: Int) {
    let place = index(at: cursor)
    let isBoundary = place == text.endIndex || String.Index(place, within: text) != nil
    offset = isBoundary ? cursor : offset(of: text.index(after: place))
  }
}

/// How one text became another: a part of it was replaced. In bytes of UTF-8, for texts that are too long to be said again with
/// every key.
public struct TextEdit: Sendable, Equatable {
  /// Where the part began and ended.
  public var from: Int
  /// Where the part ended.
  public var to: Int
  /// What stands there now.
  public var text: String
  /// The cursor afterwards.
  public var cursor: Int

  /// An edit whose places are bytes of UTF-8: `from` and `to` of the old text, `cursor` of the new one.
  public init(from: Int, to: Int, text: String, cursor: Int) {
    (self.from, self.to, self.text, self.cursor) = (from, to, text, cursor)
  }

  /// The shortest edit that makes `new` of `old`.
  init(from old: EditedText, to new: EditedText) {
    var (before, after) = (old.text, new.text)
    (from, to, text) = before.withUTF8 { before in
      after.withUTF8 { after in
        var start = sameAtStart(before, after)
        while start > 0, isContinued(before, at: start) || isContinued(after, at: start) { start -= 1 }
        let rest = min(before.count, after.count) - start
        var end = 0
        while end < rest, before[before.count - end - 1] == after[after.count - end - 1] { end += 1 }
        while end > 0, isContinued(before, at: before.count - end) { end -= 1 }
        return (
          start, before.count - end,
          String(decoding: UnsafeBufferPointer(rebasing: after[start..<after.count - end]), as: UTF8.self)
        )
      }
    }
    cursor = new.offset
  }
}

extension EditedText {
  /// Does what an edit says, as far as it fits this text.
  mutating func apply(_ edit: TextEdit) {
    let end = boundary(edit.to)
    let start = min(boundary(edit.from), end)
    replace(index(at: start)..<index(at: end), with: edit.text)
    put(cursor: boundary(edit.cursor))
  }

  /// Where the line with the cursor begins and ends.
  var lineStart: String.Index { index(at: text.lineStart(before: offset)) }
  var lineEnd: String.Index { index(at: text.lineEnd(from: offset)) }

  /// The nearest place at or before so many bytes, where a code point begins.
  private func boundary(_ offset: Int) -> Int {
    var offset = min(max(offset, 0), text.utf8.count)
    while offset > 0, offset < text.utf8.count, text.utf8[index(at: offset)] & 0xC0 == 0x80 { offset -= 1 }
    return offset
  }
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

/// How many bytes two texts have in common at their start: eight are compared at a time.
private func sameAtStart(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Int {
  let count = min(a.count, b.count)
  var same = 0
  let (rawA, rawB) = (UnsafeRawBufferPointer(a), UnsafeRawBufferPointer(b))
  while same + 8 <= count,
    rawA.loadUnaligned(fromByteOffset: same, as: UInt64.self)
      == rawB.loadUnaligned(fromByteOffset: same, as: UInt64.self)
  { same += 8 }
  while same < count, a[same] == b[same] { same += 1 }
  return same
}

/// Whether a byte belongs to the code point before it.
private func isContinued(_ bytes: UnsafeBufferPointer<UInt8>, at place: Int) -> Bool {
  place < bytes.count && bytes[place] & 0xC0 == 0x80
}
