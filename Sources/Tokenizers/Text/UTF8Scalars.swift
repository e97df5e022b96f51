/// Reading and writing characters in UTF-8 that is known to be valid.

extension UnsafeBufferPointer<UInt8> {
  /// The character that starts at `offset`, and how many bytes it has. The bytes must be valid UTF-8.
  @inline(__always)
  func scalar(at offset: Int) -> (value: UInt32, length: Int) {
    let first = UInt32(self[offset])
    if first < 0x80 { return (first, 1) }
    func next(_ distance: Int) -> UInt32 { UInt32(self[offset + distance]) & 0x3F }
    if first < 0xE0 { return ((first & 0x1F) << 6 | next(1), 2) }
    if first < 0xF0 { return ((first & 0xF) << 12 | next(1) << 6 | next(2), 3) }
    return ((first & 7) << 18 | next(1) << 12 | next(2) << 6 | next(3), 4)
  }

  /// The character that ends before `offset`, and how many bytes it has. The bytes must be valid UTF-8.
  @inline(__always)
  func scalar(before offset: Int) -> (value: UInt32, length: Int) {
    var start = offset - 1
    while start > 0, self[start] & 0xC0 == 0x80 { start -= 1 }
    return scalar(at: start)
  }

  /// How many characters the bytes are.
  var scalarCount: Int {
    var count = 0
    for byte in self where byte & 0xC0 != 0x80 { count += 1 }
    return count
  }

  /// The first byte in `range` that is not ASCII, or the end.
  @inline(__always)
  func endOfASCII(in range: Range<Int>) -> Int {
    var offset = range.lowerBound
    let raw = UnsafeRawBufferPointer(self)
    while offset + 8 <= range.upperBound,
      raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
    {
      offset += 8
    }
    while offset < range.upperBound, self[offset] < 0x80 { offset += 1 }
    return offset
  }
}

/// How many bytes a character with this first byte has.
@inline(__always)
func utf8Length(ofFirstByte byte: UInt8) -> Int {
  byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
}

/// How many bytes a character has.
@inline(__always)
func utf8Length(of scalar: UInt32) -> Int {
  scalar < 0x80 ? 1 : scalar < 0x800 ? 2 : scalar < 0x10000 ? 3 : 4
}

extension [UInt8] {
  /// Appends a character as UTF-8.
  @inline(__always)
  mutating func append(scalar: UInt32) {
    if scalar < 0x80 {
      append(UInt8(truncatingIfNeeded: scalar))
    } else {
      appendNonASCII(scalar)
    }
  }

  private mutating func appendNonASCII(_ scalar: UInt32) {
    func continuation(_ shift: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: scalar >> shift & 0x3F | 0x80) }
    if scalar < 0x800 {
      append(UInt8(truncatingIfNeeded: scalar >> 6 | 0xC0))
    } else {
      if scalar < 0x10000 {
        append(UInt8(truncatingIfNeeded: scalar >> 12 | 0xE0))
      } else {
        append(UInt8(truncatingIfNeeded: scalar >> 18 | 0xF0))
        append(continuation(12))
      }
      append(continuation(6))
    }
    append(continuation(0))
  }
}
