/// The bytes of the original text that a byte of the normalized text stands for.
struct Alignment: Equatable {
  var start: UInt32
  var end: UInt32
}

/// Text that knows, through every change, which part of the original text each of its bytes comes from.
///
/// It follows `NormalizedString` of Hugging Face's `tokenizers`, with absolute places in the original text. Texts of 4 GiB
/// and more lose their alignment.
struct NormalizedText {
  /// UTF-8.
  private(set) var bytes: [UInt8]
  /// One a byte; nil while each byte stands for the same place in the original text, counted from `shift`. The characters
  /// themselves may differ, but not their lengths.
  private(set) var alignments: [Alignment]?
  /// Where in the original text, in bytes, the text starts.
  let shift: Int

  /// The original text itself.
  init(original bytes: [UInt8]) {
    self.init(bytes: bytes, alignments: nil, shift: 0)
  }

  init(bytes: [UInt8], alignments: [Alignment]?, shift: Int) {
    self.bytes = bytes
    self.alignments = alignments
    self.shift = shift
  }

  var count: Int { bytes.count }

  /// A part of the text, as a text that starts where the part's first character comes from.
  func slice(_ range: Range<Int>) -> NormalizedText {
    NormalizedText(
      bytes: Array(bytes[range]), alignments: alignments.map { Array($0[range]) }, shift: origin(of: range).lowerBound)
  }

  /// The bytes of the original text that a part comes from. The part must not be empty.
  func origin(of range: Range<Int>) -> Range<Int> {
    if let alignments {
      let start = Int(alignments[range.lowerBound].start)
      return start..<max(start, Int(alignments[range.upperBound - 1].end))
    }
    var (start, end) = (range.lowerBound, range.upperBound)
    while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
    while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
    return shift + start..<shift + end
  }

  /// Appends another text of the same original.
  mutating func append(_ other: NormalizedText) {
    if alignments == nil, other.alignments == nil, other.shift == shift + count {
      bytes.append(contentsOf: other.bytes)
    } else {
      align()
      var other = other
      other.align()
      bytes.append(contentsOf: other.bytes)
      alignments?.append(contentsOf: other.alignments ?? [])
    }
  }

  /// Writes the alignments down.
  private mutating func align() {
    guard alignments == nil else { return }
    alignments = bytes.withUnsafeBufferPointer { identityAlignments(of: $0, count: $0.count, shift: shift) }
  }

  /// Rewrites the text from its first to its last character.
  mutating func transform(_ body: (inout Transformation) -> Void) {
    let (newBytes, newAlignments) = bytes.withUnsafeBufferPointer { bytes in
      func run(_ alignments: UnsafeBufferPointer<Alignment>?) -> ([UInt8], [Alignment]?) {
        var transformation = Transformation(source: bytes, sourceAlignments: alignments, shift: shift)
        body(&transformation)
        return (transformation.bytes, transformation.alignments)
      }
      return alignments?.withUnsafeBufferPointer { run($0) } ?? run(nil)
    }
    bytes = newBytes
    alignments = newAlignments
  }
}

/// The alignments of the first `count` bytes of a text in which nothing has moved.
func identityAlignments(of bytes: UnsafeBufferPointer<UInt8>, count: Int, shift: Int) -> [Alignment] {
  [Alignment](unsafeUninitializedCapacity: count) { buffer, initializedCount in
    var offset = 0
    while offset < count {
      let length = utf8Length(ofFirstByte: bytes[offset])
      let alignment = Alignment(
        start: UInt32(truncatingIfNeeded: shift + offset), end: UInt32(truncatingIfNeeded: shift + offset + length))
      for place in offset..<min(offset + length, count) { buffer.initializeElement(at: place, to: alignment) }
      offset += length
    }
    initializedCount = count
  }
}
