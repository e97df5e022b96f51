/// The place of the first byte that does not belong to well-formed UTF-8 (Unicode standard, table 3-7); nil if all does.
func firstInvalidUTF8(in bytes: UnsafeRawBufferPointer) -> Int? {
  let count = bytes.count
  var offset = 0
  while offset < count {
    // Most text is ASCII: eight bytes at a time.
    while count - offset >= 8,
      bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
    {
      offset += 8
    }
    guard offset < count else { return nil }
    let lead = bytes[offset]
    if lead < 0x80 {
      offset += 1
      continue
    }
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch lead {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: length = 4
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: return offset
    }
    guard count - offset >= length, second.contains(bytes[offset + 1]) else { return offset }
    for index in offset + 2..<max(offset + 2, offset + length) where bytes[index] & 0xC0 != 0x80 { return offset }
    offset += length
  }
  return nil
}
