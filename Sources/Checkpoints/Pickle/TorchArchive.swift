import Support

/// The zip form of `torch.save`: NAME/data.pkl says what there is, NAME/data/KEY are the numbers of a storage.
struct TorchArchive {
  let reader: PickleReader
  /// What the pickle holds.
  let table: PickleValue
  /// The bytes of each storage, by its key.
  private let storages: [String: Range<Int>]
  private let path: String

  init(of bytes: UnsafeRawBufferPointer, path: String) throws(CheckpointError) {
    self.path = path
    let directory = try ZipDirectory(of: bytes, path: path)
    guard let pickle = directory.entries.first(where: { $0.name == "data.pkl" || $0.name.hasSuffix("/data.pkl") })
    else {
      throw CheckpointError("\(path): is a zip file without data.pkl, not one that torch.save wrote")
    }
    let folder = pickle.name.dropLast("data.pkl".utf8.count)
    if directory["\(folder)constants.pkl"] != nil
      || directory.entries.contains(where: { $0.name.hasPrefix("\(folder)code/") })
    {
      throw CheckpointError(
        "\(path): is a TorchScript program, not a table of weights; take the folder that save_pretrained wrote, or save "
          + "the module's state dict")
    }
    if let order = directory["\(folder)byteorder"] {
      let range = try TorchArchive.range(of: order, in: directory, path: path)
      guard bytes[range].elementsEqual("little".utf8) else {
        throw CheckpointError(
          "\(path): was written on a computer of another byte order; save it again on one like this")
      }
    }
    let range = try TorchArchive.range(of: pickle, in: directory, path: path)
    var reader = PickleReader(UnsafeRawBufferPointer(rebasing: bytes[range]), path: path)
    table = try reader.read()
    self.reader = reader
    storages = try TorchArchive.storages(
      reader.objects.storages, folder: folder, in: directory, pickle: range, path: path)
  }

  /// The bytes of a storage.
  func range(of storage: PickledStorage) throws(CheckpointError) -> Range<Int> {
    guard let range = storages[storage.key] else {
      throw CheckpointError("its storage '\(storage.key)' is not in the file")
    }
    guard range.count == storage.byteCount else {
      throw CheckpointError(
        "its storage should have \(storage.count) numbers of \(storage.type?.size ?? 1) bytes, in the file it has "
          + "\(range.count) bytes")
    }
    return range
  }

  /// Where each storage that the pickle refers to lies: no two at one place, nor where the pickle is.
  private static func storages(
    _ wanted: [PickledStorage], folder: Substring, in directory: ZipDirectory, pickle: Range<Int>, path: String
  ) throws(CheckpointError) -> [String: Range<Int>] {
    var result: [String: Range<Int>] = [:]
    for storage in wanted where result[storage.key] == nil {
      guard let entry = directory["\(folder)data/\(storage.key)"] else { continue }
      result[storage.key] = try range(of: entry, in: directory, path: path)
    }
    var end = 0
    for range in (result.values + [pickle]).sorted(by: {
      ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound)
    })
    where !range.isEmpty {
      guard range.lowerBound >= end else {
        throw CheckpointError("\(path): is damaged: two storages of it overlap at byte \(range.lowerBound)")
      }
      end = range.upperBound
    }
    return result
  }

  private static func range(
    of entry: ZipDirectory.Entry, in directory: ZipDirectory, path: String
  ) throws(CheckpointError) -> Range<Int> {
    guard entry.isStored else {
      throw CheckpointError(
        "\(path): its file '\(entry.name)' is compressed or encrypted, which torch.save does not do; save it again with torch"
      )
    }
    return try directory.range(of: entry)
  }
}
