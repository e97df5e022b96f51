import Support

/// The form of `torch.save` before torch 1.6: a magic number, the protocol's version, what the computer was like, the table of tensors and
/// the list of storages, each a pickle; then the storages in that order, each with its count in eight bytes.
struct LegacyFile {
  /// What such a file begins with: the pickle of 0x1950A86A20F9469CFC6C, in Python's protocol 2.
  static let magic: [UInt8] = [
    0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
  ]

  /// Whether a file begins with that number, in whatever protocol: behind its version, and how long the pickle is.
  static func begins(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let number = magic.dropFirst(2)
    return bytes.first == 0x80 && [2, 11].contains { bytes.dropFirst($0).starts(with: number) }
  }

  let reader: PickleReader
  /// What the pickle holds.
  let table: PickleValue
  /// The bytes of each storage, by its key.
  private let storages: [String: Range<Int>]

  init(of bytes: UnsafeRawBufferPointer, path: String) throws(CheckpointError) {
    var reader = PickleReader(bytes, path: path)
    _ = try reader.read()
    guard case .integer(1001) = try reader.read() else {
      throw CheckpointError("\(path): is of a version of torch's format that is not known")
    }
    guard case .dictionary(let index) = try reader.read() else {
      throw reader.damaged("does not say how it was written")
    }
    for (key, value) in reader.objects.dictionaries[Int(index)] {
      if reader.string(key) == "little_endian", case .bool(false) = value {
        throw CheckpointError(
          "\(path): was written on a computer of another byte order; save it again on one like this")
      }
    }
    table = try reader.read()
    guard case .list(let index) = try reader.read() else {
      throw reader.damaged("is not followed by a list of storages")
    }
    let keys = reader.objects.lists[Int(index)]
    self.reader = reader

    // What each has bytes a number, and how many, only the tensors say.
    var announced: [String: PickledStorage] = [:]
    for storage in reader.objects.storages {
      guard let other = announced.updateValue(storage, forKey: storage.key) else { continue }
      guard other.byteCount == storage.byteCount else {
        throw reader.damaged("gives the storage '\(storage.key)' two sizes")
      }
    }
    var position = reader.position
    var storages: [String: Range<Int>] = [:]
    for key in keys {
      guard let key = reader.string(key), let storage = announced[key], storages[key] == nil else {
        throw reader.damaged("is followed by a storage that no tensor has")
      }
      guard let size = storage.byteCount, bytes.count - position >= 8, size <= bytes.count - position - 8 else {
        throw CheckpointError("\(path): is cut off in the storage '\(key)'; download it again")
      }
      let count = bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self).littleEndian
      guard count == UInt64(storage.count) else {
        throw CheckpointError(
          "\(path): is damaged: the storage '\(key)' has \(count) numbers, its tensors say \(storage.count)")
      }
      position += 8
      storages[key] = position..<position + size
      position += size
    }
    self.storages = storages
  }

  /// The bytes of a storage.
  func range(of storage: PickledStorage) throws(CheckpointError) -> Range<Int> {
    guard let range = storages[storage.key] else {
      throw CheckpointError("its storage '\(storage.key)' is not in the file")
    }
    return range
  }
}
