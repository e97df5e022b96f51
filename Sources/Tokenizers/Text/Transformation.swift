/// A text while it is rewritten: characters of the source are taken in order, and new ones are put.
///
/// `emit` has the meaning that `NormalizedString::transform` of Hugging Face's `tokenizers` gives to a character and its
/// change; the other steps are shorter ways to say the same of many characters.
struct Transformation {
  let source: UnsafeBufferPointer<UInt8>
  private let sourceAlignments: UnsafeBufferPointer<Alignment>?
  private let shift: Int
  /// The first byte of the source that has not been taken.
  private(set) var offset = 0
  private(set) var bytes: [UInt8] = []
  /// nil while nothing has moved.
  private(set) var alignments: [Alignment]?

  init(source: UnsafeBufferPointer<UInt8>, sourceAlignments: UnsafeBufferPointer<Alignment>?, shift: Int) {
    self.source = source
    self.sourceAlignments = sourceAlignments
    self.shift = shift
    bytes.reserveCapacity(source.count + source.count / 8)
    if sourceAlignments != nil {
      var alignments: [Alignment] = []
      alignments.reserveCapacity(source.count + source.count / 8)
      self.alignments = alignments
    }
  }

  /// Puts a character. With change 0 it replaces the next one of the source, with -N the next one, after which N others
  /// are left out; with 1 it is new and belongs to the character that was taken last.
  mutating func emit(_ scalar: UInt32, change: Int) {
    if change == 0, alignments == nil, offset < source.count,
      utf8Length(ofFirstByte: source[offset]) == utf8Length(of: scalar)
    {
      offset += utf8Length(of: scalar)
      bytes.append(scalar: scalar)
    } else {
      put(scalar, take(change: change))
    }
  }

  /// Takes as many characters as a change says and gives the alignment of what replaces them.
  mutating func take(change: Int) -> Alignment {
    writeAlignments()
    guard change <= 0 else {
      return offset < 1
        ? Alignment(start: UInt32(truncatingIfNeeded: shift), end: UInt32(truncatingIfNeeded: shift))
        : sourceAlignment(at: offset - 1)
    }
    guard offset < source.count else { return sourceAlignment(at: source.count - 1) }
    let alignment = sourceAlignment(at: offset)
    for _ in 0...(-change) where offset < source.count { offset += utf8Length(ofFirstByte: source[offset]) }
    return alignment
  }

  /// Puts a character with the alignment of what was taken for it.
  mutating func put(_ scalar: UInt32, _ alignment: Alignment) {
    bytes.append(scalar: scalar)
    for _ in 0..<utf8Length(of: scalar) { alignments?.append(alignment) }
  }

  /// Takes characters up to `end` and puts them unchanged.
  mutating func keep(upTo end: Int) {
    guard end > offset else { return }
    bytes.append(contentsOf: UnsafeBufferPointer(rebasing: source[offset..<end]))
    keepAlignments(upTo: end)
  }

  /// Takes ASCII characters up to `end` and puts them in lower case.
  mutating func lowercaseASCII(upTo end: Int) {
    guard end > offset else { return }
    let start = bytes.count
    bytes.append(contentsOf: UnsafeBufferPointer(rebasing: source[offset..<end]))
    bytes.withUnsafeMutableBufferPointer { bytes in
      for index in start..<bytes.count {
        bytes[index] |= bytes[index] &- 0x41 < 26 ? 0x20 : 0
      }
    }
    keepAlignments(upTo: end)
  }

  /// Takes bytes up to `end` and puts nothing for them.
  mutating func drop(upTo end: Int) {
    guard end > offset else { return }
    writeAlignments()
    offset = end
  }

  private mutating func keepAlignments(upTo end: Int) {
    if alignments != nil {
      if let sourceAlignments {
        alignments?.append(contentsOf: UnsafeBufferPointer(rebasing: sourceAlignments[offset..<end]))
      } else {
        var place = offset
        while place < end {
          let length = utf8Length(ofFirstByte: source[place])
          let alignment = sourceAlignment(at: place)
          for _ in 0..<length { alignments?.append(alignment) }
          place += length
        }
      }
    }
    offset = end
  }

  private func sourceAlignment(at place: Int) -> Alignment {
    if let sourceAlignments {
      return sourceAlignments.indices.contains(place) ? sourceAlignments[place] : Alignment(start: 0, end: 0)
    }
    var (start, end) = (place, place + 1)
    while start > 0, source[start] & 0xC0 == 0x80 { start -= 1 }
    while end < source.count, source[end] & 0xC0 == 0x80 { end += 1 }
    return Alignment(start: UInt32(truncatingIfNeeded: shift + start), end: UInt32(truncatingIfNeeded: shift + end))
  }

  /// From here on bytes move, so alignments have to be kept.
  private mutating func writeAlignments() {
    if alignments == nil { alignments = identityAlignments(of: source, count: bytes.count, shift: shift) }
  }
}
