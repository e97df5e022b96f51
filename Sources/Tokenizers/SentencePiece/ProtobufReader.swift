/// Reads the fields of a message in the wire format of Protocol Buffers, one after the other, without copying them.
///
/// Source: protobuf.dev, "Encoding". Groups, which are deprecated, are refused.
struct ProtobufReader {
  /// What a field holds.
  enum Value {
    case varint(UInt64)
    case fixed32(UInt32)
    case fixed64(UInt64)
    /// The place of a string, of bytes or of a message.
    case bytes(Range<Int>)
  }

  /// What is wrong, and at which byte.
  struct Failure: Error {
    let message: String
    let offset: Int
  }

  private let bytes: UnsafeBufferPointer<UInt8>
  private let end: Int
  private var offset: Int

  /// Reads a message that lies at a place in the bytes.
  init(_ bytes: UnsafeBufferPointer<UInt8>, in range: Range<Int>) {
    self.bytes = bytes
    offset = range.lowerBound
    end = range.upperBound
  }

  /// The next field and its number; nil at the end of the message.
  mutating func next() throws(Failure) -> (field: Int, value: Value)? {
    guard offset < end else { return nil }
    let start = offset
    let key = try varint()
    let field = key >> 3
    guard field > 0, field < 1 << 29 else { throw Failure(message: "a field has no number", offset: start) }
    switch key & 7 {
    case 0: return (Int(field), .varint(try varint()))
    case 1: return (Int(field), .fixed64(try fixed(8)))
    case 5: return (Int(field), .fixed32(UInt32(truncatingIfNeeded: try fixed(4))))
    case 2:
      let count = try varint()
      guard count <= UInt64(end - offset) else {
        throw Failure(message: "a field of \(count) bytes ends after its message", offset: start)
      }
      let range = offset..<offset + Int(count)
      offset = range.upperBound
      return (Int(field), .bytes(range))
    case let kind: throw Failure(message: "a field is of kind \(kind), which is not known", offset: start)
    }
  }

  private mutating func varint() throws(Failure) -> UInt64 {
    let start = offset
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while offset < end, shift < 64 {
      let byte = bytes[offset]
      offset += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    throw Failure(message: "a number does not end", offset: start)
  }

  private mutating func fixed(_ count: Int) throws(Failure) -> UInt64 {
    guard end - offset >= count else { throw Failure(message: "a number is cut off", offset: offset) }
    var value: UInt64 = 0
    for index in 0..<count { value |= UInt64(bytes[offset + index]) << UInt64(8 * index) }
    offset += count
    return value
  }
}
