import Support

/// Reads what `StateWriter` wrote. The bytes are not trusted: every number is checked against what there is.
public struct StateReader {
  private let bytes: [UInt8]
  private var place = 0

  /// Reads from the beginning.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// What all errors say: there is nothing that a person could mend in these bytes.
  public static var damage: SurveyError { SurveyError("its state is damaged: the survey has to be made again") }

  /// Whether everything was read.
  public var isAtEnd: Bool { place == bytes.count }

  private mutating func byte() throws(SurveyError) -> UInt8 {
    guard place < bytes.count else { throw Self.damage }
    defer { place += 1 }
    return bytes[place]
  }

  /// A whole number of up to 127 bits.
  public mutating func readWide() throws(SurveyError) -> Int128 {
    var number: UInt128 = 0
    for shift in stride(from: 0, to: 128, by: 7) {
      let next = try byte()
      number |= UInt128(next & 0x7F) << UInt128(shift)
      if next < 0x80 { return Int128(bitPattern: number >> 1) ^ -Int128(bitPattern: number & 1) }
    }
    throw Self.damage
  }

  /// A whole number.
  public mutating func read() throws(SurveyError) -> Int {
    guard let number = Int(exactly: try readWide()) else { throw Self.damage }
    return number
  }

  /// A whole number in a range: a count, a place.
  public mutating func read(in range: Range<Int>) throws(SurveyError) -> Int {
    let number = try read()
    guard range.contains(number) else { throw Self.damage }
    return number
  }

  /// How many things follow, each of which takes a byte at least.
  public mutating func readCount() throws(SurveyError) -> Int { try read(in: 0..<(bytes.count - place + 1)) }

  /// Makes sure that there can be so many things, each of which takes so many bytes at least.
  public func checkRoom(for count: Int, taking bytes: Int) throws(SurveyError) {
    guard count <= (self.bytes.count - place) / bytes else { throw Self.damage }
  }

  /// 64 bits.
  public mutating func readBits() throws(SurveyError) -> UInt64 {
    var bits: UInt64 = 0
    for shift in 0..<8 { bits |= UInt64(try byte()) << UInt64(8 * shift) }
    return bits
  }

  /// A text.
  public mutating func readText() throws(SurveyError) -> String {
    let count = try readCount()
    guard count <= bytes.count - place, let text = String(validating: bytes[place..<(place + count)], as: UTF8.self)
    else { throw Self.damage }
    place += count
    return text
  }

  /// Numbers after how many there are.
  public mutating func readNumbers() throws(SurveyError) -> [Int] {
    var numbers: [Int] = []
    for _ in 0..<(try readCount()) { numbers.append(try read()) }
    return numbers
  }

  /// Counts most of which are 0, of which there have to be so many.
  public mutating func readSparse(count: Int) throws(SurveyError) -> [Int] {
    guard try read() == count else { throw Self.damage }
    var counts = [Int](repeating: 0, count: count)
    var next = 0
    for _ in 0..<(try readCount()) {
      let skipped = try read()
      guard skipped >= 0, skipped < count - next else { throw Self.damage }
      next += skipped
      counts[next] = try read()
      next += 1
    }
    return counts
  }
}
