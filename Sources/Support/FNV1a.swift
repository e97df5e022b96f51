/// The 64-bit FNV-1a hash (Fowler, Noll and Vo): fast, the same everywhere and always, and no protection against anybody who wants
/// two texts to look alike. Offset basis and prime as in http://www.isthe.com/chongo/tech/comp/fnv/.
@frozen
public struct FNV1a: Sendable {
  @usableFromInline var state: UInt64 = 0xCBF2_9CE4_8422_2325

  /// The hash of all bytes that were added.
  @inlinable
  public var value: UInt64 { state }

  /// The hash of no bytes.
  @inlinable @inline(__always)
  public init() {}

  /// The hash of some bytes.
  public init(_ bytes: some Sequence<UInt8>) {
    self.init()
    for byte in bytes { add(byte) }
  }

  /// Adds a byte.
  @inlinable @inline(__always)
  public mutating func add(_ byte: UInt8) { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }

  /// Adds bytes in their order.
  public mutating func add(_ bytes: UnsafeRawBufferPointer) { for byte in bytes { add(byte) } }

  /// The hash in hexadecimal, 16 digits.
  public var digits: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
