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
  init(from old: TextField, to new: TextField) {
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

extension TextField {
  /// Does what an edit says, as far as it fits this text.
  mutating func apply(_ edit: TextEdit) {
    let end = boundary(edit.to)
    let start = min(boundary(edit.from), end)
    replace(index(at: start)..<index(at: end), with: edit.text)
    put(cursor: boundary(edit.cursor))
  }

  /// The nearest place at or before so many bytes, where a code point begins.
  private func boundary(_ offset: Int) -> Int {
    var offset = min(max(offset, 0), text.utf8.count)
    while offset > 0, offset < text.utf8.count, text.utf8[index(at: offset)] & 0xC0 == 0x80 { offset -= 1 }
    return offset
  }
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
