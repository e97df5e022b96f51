import Support

/// What lies where in a zip file (PKWARE's APPNOTE.TXT), 64-bit sizes included, as its central directory says: checked against the
/// file, and never unpacked.
package struct ZipDirectory {
  /// A file in a zip file.
  package struct Entry {
    /// Untrusted text.
    package let name: String
    /// Whether its bytes lie there as they are.
    package let isStored: Bool
    /// Of its bytes in the zip file, and what they unpack to: the same where it is stored.
    package let packedSize: Int
    package let size: Int
    /// Where its own header begins.
    fileprivate let header: Int
  }

  /// How many bytes the list of files may take.
  static let longest = 64 << 20

  /// In the order of the list. No two have one name.
  package let entries: [Entry]
  /// What the file says of itself at its end. Untrusted.
  package let comment: UnsafeRawBufferPointer
  private let places: [String: Int]
  private let bytes: UnsafeRawBufferPointer
  private let path: String

  /// Reads the list of files.
  ///
  /// - Parameters:
  ///   - bytes: all of the zip file, which has to live as long as this value; nothing in it is trusted.
  ///   - path: for errors.
  package init(of bytes: UnsafeRawBufferPointer, path: String) throws(CheckpointError) {
    self.bytes = bytes
    self.path = path
    let reader = LittleEndian(bytes)
    guard let (start, size, comment) = ZipDirectory.directory(in: reader) else {
      throw CheckpointError("\(path): is cut off: it is a zip file without the list of its files; download it again")
    }
    guard start >= 0, size >= 0, start <= bytes.count, size <= min(bytes.count - start, Self.longest) else {
      throw CheckpointError("\(path): is damaged: the list of its files lies outside of it")
    }
    var entries: [Entry] = []
    var places: [String: Int] = [:]
    var position = start
    while position < start + size {
      guard let entry = ZipDirectory.entry(in: reader, at: &position, end: start + size) else {
        throw CheckpointError("\(path): is damaged: the list of its files breaks off after \(entries.count)")
      }
      guard places.updateValue(entries.count, forKey: entry.name) == nil else {
        throw CheckpointError("\(path): is damaged: it lists the file '\(entry.name)' twice")
      }
      entries.append(entry)
    }
    self.entries = entries
    self.comment = UnsafeRawBufferPointer(rebasing: bytes[comment...])
    self.places = places
  }

  /// The file of that name.
  package subscript(name: String) -> Entry? { places[name].map { entries[$0] } }

  /// Where the bytes of a file lie, packed or not.
  package func range(of entry: Entry) throws(CheckpointError) -> Range<Int> {
    let reader = LittleEndian(bytes)
    // Its own header: signature, 22 bytes that the list has, too, and how long the name and the extra field behind it are.
    guard reader.number(4, at: entry.header) == 0x0403_4B50, let name = reader.number(2, at: entry.header + 26),
      let extra = reader.number(2, at: entry.header + 28), case let start = entry.header + 30 + name + extra,
      start <= bytes.count, entry.packedSize <= bytes.count - start
    else { throw CheckpointError("\(path): is damaged: its file '\(entry.name)' is not where the list says") }
    return start..<start + entry.packedSize
  }

  // MARK: -

  /// Where the list lies. The record that says so ends the file; a comment of up to 64 kB may follow it.
  private static func directory(in reader: LittleEndian) -> (start: Int, size: Int, comment: Int)? {
    let count = reader.bytes.count
    var place = count - 22
    while place >= max(0, count - 22 - 65_535) {
      if reader.number(4, at: place) == 0x0605_4B50, reader.number(2, at: place + 20) == count - place - 22 { break }
      place -= 1
    }
    guard place >= max(0, count - 22 - 65_535), let size = reader.number(4, at: place + 12),
      let start = reader.number(4, at: place + 16)
    else { return nil }
    guard size == 0xFFFF_FFFF || start == 0xFFFF_FFFF || reader.number(2, at: place + 10) == 0xFFFF else {
      return (start, size, place + 22)
    }
    // The record with 64-bit numbers, to which 20 bytes before this one lead.
    guard reader.number(4, at: place - 20) == 0x0706_4B50, let large = reader.number(8, at: place - 12),
      reader.number(4, at: large) == 0x0606_4B50, let size = reader.number(8, at: large + 40),
      let start = reader.number(8, at: large + 48)
    else { return nil }
    return (start, size, place + 22)
  }

  private static func entry(in reader: LittleEndian, at position: inout Int, end: Int) -> Entry? {
    let place = position
    guard end - place >= 46, reader.number(4, at: place) == 0x0201_4B50, let flags = reader.number(2, at: place + 8),
      let method = reader.number(2, at: place + 10), var packed = reader.number(4, at: place + 20),
      var size = reader.number(4, at: place + 24), let nameCount = reader.number(2, at: place + 28),
      let extraCount = reader.number(2, at: place + 30), let commentCount = reader.number(2, at: place + 32),
      var header = reader.number(4, at: place + 42), nameCount + extraCount + commentCount <= end - place - 46
    else { return nil }
    let name = String(decoding: reader.bytes[place + 46..<place + 46 + nameCount], as: UTF8.self)
    position = place + 46 + nameCount + extraCount + commentCount
    // The extra field 1 has those of the numbers, in this order, that do not fit into 32 bits.
    var extra = place + 46 + nameCount
    let extraEnd = extra + extraCount
    while extraEnd - extra >= 4, let kind = reader.number(2, at: extra), let length = reader.number(2, at: extra + 2) {
      var field = extra + 4
      func large(_ number: inout Int) -> Bool {
        guard number == 0xFFFF_FFFF else { return true }
        guard field + 8 <= min(extra + 4 + length, extraEnd), let value = reader.number(8, at: field) else {
          return false
        }
        field += 8
        number = value
        return true
      }
      if kind == 1 {
        guard large(&size), large(&packed), large(&header) else { return nil }
        break
      }
      extra += 4 + length
    }
    let isEncrypted = flags & 1 != 0
    return Entry(
      name: name, isStored: method == 0 && !isEncrypted && packed == size, packedSize: packed, size: size,
      header: header)
  }
}

/// Numbers in bytes that are not trusted.
private struct LittleEndian {
  let bytes: UnsafeRawBufferPointer

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// Of up to eight bytes; nil where they do not lie in the file, or say more than an `Int` can.
  func number(_ count: Int, at place: Int) -> Int? {
    guard place >= 0, place <= bytes.count - count else { return nil }
    return Int(exactly: bytes[place..<place + count].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
  }
}
