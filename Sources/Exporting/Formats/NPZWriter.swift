/// Writes what `numpy.load` reads: a zip file (APPNOTE 6.3) of stored `.npy` files (NEP 1, version 1.0).
///
/// Sizes and offsets beyond 32 bits are written as zip64. Numpy has no place for words about the numbers: they become
/// the zip file's comment, as JSON.
final class NPZWriter: TensorWriter {
  private struct Entry {
    let name: [UInt8]
    /// Where the zip entry starts.
    let offset: Int
    /// The `.npy` header and the numbers.
    let size: Int
    /// Where the next numbers go.
    var place: Int
    var checksum = CRC32()
  }

  private let file: OutputFile
  private var entries: [Entry] = []
  /// Where the entries end.
  private var end = 0
  private let comment: [UInt8]

  /// - Parameter comments: the first that is no longer than a zip file's comment can be is written.
  init(_ file: OutputFile, tensors: [ExportedTensor], comments: [String]) throws {
    self.file = file
    comment = Array((comments.first { $0.utf8.count <= Int(UInt16.max) } ?? "").utf8)
    for tensor in tensors {
      let header = Self.npyHeader(of: tensor)
      var entry = Entry(
        name: Array("\(tensor.name).npy".utf8), offset: end, size: header.count + tensor.bytes, place: 0)
      let start = end + localHeader(of: entry).count
      try file.write(header, at: start)
      header.withUnsafeBytes { entry.checksum.add($0) }
      entry.place = start + header.count
      end = start + entry.size
      entries.append(entry)
    }
  }

  func append(_ bytes: UnsafeRawBufferPointer, toTensor index: Int) throws {
    try file.write(bytes, at: entries[index].place)
    entries[index].place += bytes.count
    entries[index].checksum.add(bytes)
  }

  func finish() throws {
    var directory: [UInt8] = []
    for entry in entries {
      try file.write(localHeader(of: entry), at: entry.offset)
      directory += directoryEntry(of: entry)
    }
    try file.write(directory + endRecords(directorySize: directory.count), at: end)
    try file.finish()
  }

  // MARK: - npy

  private static func npyHeader(of tensor: ExportedTensor) -> [UInt8] {
    let shape = tensor.shape.map { "\($0)," }.joined(separator: " ")
    let words = "{'descr': '\(tensor.type == .int64 ? "<i8" : "<f4")', 'fortran_order': False, 'shape': (\(shape)), }"
    var header = Array("\u{93}NUMPY".unicodeScalars.map { UInt8($0.value) }) + [1, 0, 0, 0] + Array(words.utf8)
    // The numbers start on a 64-byte boundary of the .npy file; the header ends with a line break.
    while header.count % 64 != 63 { header.append(UInt8(ascii: " ")) }
    header.append(UInt8(ascii: "\n"))
    let length = UInt16(header.count - 10)
    header[8] = UInt8(length & 0xFF)
    header[9] = UInt8(length >> 8)
    return header
  }

  // MARK: - zip

  private static let zip64Version: UInt16 = 45
  private static let version: UInt16 = 20
  private static let limit = Int(UInt32.max)
  /// 1 January 1980, the first day that a zip file knows: the same export is the same bytes.
  private static let date: UInt16 = 0x0021

  private func localHeader(of entry: Entry) -> [UInt8] {
    var record = Record(0x0403_4b50)
    let extra = entry.size >= Self.limit ? zip64Extra([entry.size, entry.size]) : []
    record.add(extra.isEmpty ? Self.version : Self.zip64Version)
    addCommonFields(of: entry, extra: extra, to: &record)
    return record.bytes + entry.name + extra
  }

  private func directoryEntry(of entry: Entry) -> [UInt8] {
    var record = Record(0x0201_4b50)
    var large = entry.size >= Self.limit ? [entry.size, entry.size] : []
    if entry.offset >= Self.limit { large.append(entry.offset) }
    let extra = large.isEmpty ? [] : zip64Extra(large)
    record.add(extra.isEmpty ? Self.version : Self.zip64Version)  // made by
    record.add(extra.isEmpty ? Self.version : Self.zip64Version)  // needed
    addCommonFields(of: entry, extra: extra, to: &record)
    record.add(UInt16(0))  // comment length
    record.add(UInt16(0))  // disk
    record.add(UInt16(0))  // internal attributes
    record.add(UInt32(0))  // external attributes
    record.add(UInt32(clamping: entry.offset))
    return record.bytes + entry.name + extra
  }

  private func addCommonFields(of entry: Entry, extra: [UInt8], to record: inout Record) {
    record.add(UInt16(0))  // flags
    record.add(UInt16(0))  // method: stored
    record.add(UInt16(0))  // time
    record.add(Self.date)
    record.add(entry.checksum.value)
    record.add(UInt32(clamping: entry.size))
    record.add(UInt32(clamping: entry.size))
    record.add(UInt16(entry.name.count))
    record.add(UInt16(extra.count))
  }

  private func zip64Extra(_ values: [Int]) -> [UInt8] {
    var record = Record()
    record.add(UInt16(1))
    record.add(UInt16(values.count * 8))
    for value in values { record.add(UInt64(value)) }
    return record.bytes
  }

  private func endRecords(directorySize: Int) -> [UInt8] {
    var record = Record()
    if end >= Self.limit || directorySize >= Self.limit {
      record.add(UInt32(0x0606_4b50))
      record.add(UInt64(44))  // what follows in this record
      record.add(Self.zip64Version)
      record.add(Self.zip64Version)
      record.add(UInt32(0))
      record.add(UInt32(0))
      record.add(UInt64(entries.count))
      record.add(UInt64(entries.count))
      record.add(UInt64(directorySize))
      record.add(UInt64(end))
      record.add(UInt32(0x0706_4b50))
      record.add(UInt32(0))
      record.add(UInt64(end + directorySize))
      record.add(UInt32(1))
    }
    record.add(UInt32(0x0605_4b50))
    record.add(UInt16(0))
    record.add(UInt16(0))
    record.add(UInt16(entries.count))
    record.add(UInt16(entries.count))
    record.add(UInt32(clamping: directorySize))
    record.add(UInt32(clamping: end))
    record.add(UInt16(comment.count))
    return record.bytes + comment
  }

  /// Little-endian numbers one after the other.
  private struct Record {
    private(set) var bytes: [UInt8] = []

    init() {}
    init(_ signature: UInt32) { add(signature) }

    mutating func add(_ number: some FixedWidthInteger) {
      withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }
  }
}
