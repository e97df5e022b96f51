/// Writes what is kept of a survey as bytes: whole numbers in as many bytes as they need (zigzag, then seven bits a byte, the lowest
/// first), texts after the number of their bytes.
public struct StateWriter {
  /// What was written.
  public private(set) var bytes: [UInt8] = []

  /// Nothing yet.
  public init() {}

  /// Appends a whole number.
  public mutating func write(_ number: Int) {
    var rest = UInt64(bitPattern: Int64(number << 1) ^ Int64(number >> 63))
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// Appends a whole number of up to 127 bits.
  public mutating func write(_ number: Int128) {
    var rest = UInt128(bitPattern: (number << 1) ^ (number >> 127))
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// Appends 64 bits.
  public mutating func write(bits: UInt64) {
    for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(8 * shift))) }
  }

  /// Appends a text.
  public mutating func write(_ text: String) {
    write(text.utf8.count)
    bytes.append(contentsOf: text.utf8)
  }

  /// Appends how many numbers there are, and the numbers.
  public mutating func write(_ numbers: [Int]) {
    write(numbers.count)
    for number in numbers { write(number) }
  }

  /// Appends counts most of which are 0: how many there are, how many are not 0, and each of these after how many it skips.
  public mutating func write(sparse counts: some RandomAccessCollection<Int>) {
    write(counts.count)
    write(counts.count { $0 != 0 })
    var skipped = 0
    for count in counts {
      if count == 0 {
        skipped += 1
      } else {
        write(skipped)
        write(count)
        skipped = 0
      }
    }
  }
}
