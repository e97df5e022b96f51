/// The checksum of zip files: CRC-32 with the reflected polynomial 0xEDB88320 (ISO 3309, RFC 1952), eight bytes a step.
struct CRC32 {
  private var state: UInt32 = 0xFFFF_FFFF

  var value: UInt32 { ~state }

  /// Table k answers what a byte does to the checksum when k more bytes follow it.
  private static let tables: [[UInt32]] = {
    var tables = [
      (0..<256).map { byte in (0..<8).reduce(UInt32(byte)) { rest, _ in rest >> 1 ^ (rest & 1) * 0xEDB8_8320 } }
    ]
    for _ in 1..<8 { tables.append(tables[tables.count - 1].map { tables[0][Int($0 & 0xFF)] ^ $0 >> 8 }) }
    return tables
  }()

  /// The eight tables one after the other.
  private static let flat: [UInt32] = tables.flatMap(\.self)

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    state = Self.flat.withUnsafeBufferPointer { table in
      var state = state
      var place = 0
      while place + 8 <= bytes.count {
        let low = bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self).littleEndian ^ state
        let high = bytes.loadUnaligned(fromByteOffset: place + 4, as: UInt32.self).littleEndian
        state = table[7 * 256 + Int(low & 0xFF)] ^ table[6 * 256 + Int(low >> 8 & 0xFF)]
        state ^= table[5 * 256 + Int(low >> 16 & 0xFF)] ^ table[4 * 256 + Int(low >> 24)]
        state ^= table[3 * 256 + Int(high & 0xFF)] ^ table[2 * 256 + Int(high >> 8 & 0xFF)]
        state ^= table[256 + Int(high >> 16 & 0xFF)] ^ table[Int(high >> 24)]
        place += 8
      }
      while place < bytes.count {
        state = state >> 8 ^ table[Int((state ^ UInt32(bytes[place])) & 0xFF)]
        place += 1
      }
      return state
    }
  }
}
