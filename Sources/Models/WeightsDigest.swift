import Glibc
import Support

/// A short text that recognises weights, for session headers: the 64-bit FNV-1a hash (Fowler, Noll and Vo) over each
/// file's size, its safetensors header or first 64 kB, and 64 bytes at each of 4096 evenly spread places.
///
/// It reads about a quarter of a megabyte a file, whatever the file's size, because a session is opened more often than
/// weights change. Other weights give another digest unless they differ in a few numbers only; and it is no protection
/// against anybody who wants two files to look alike. For that there is SHA-256.
enum WeightsDigest {
  static let prefix = "sampled-fnv1a64:"

  private static let samples = 4096
  private static let sampleBytes = 64
  /// No header of an honest checkpoint is longer; of others the rest is left out.
  private static let headerLimit = 16 << 20
  /// What begins with another number is no safetensors file, but one of torch's: so much of its beginning.
  private static let longestHeader: UInt64 = 100_000_000
  private static let otherBeginning = 1 << 16

  /// The digest of weight files, in the order given; nil if one cannot be read.
  static func digest(of files: [String]) -> String? {
    var hash = FNV1a()
    for file in files {
      guard (try? add(InputFile(file), to: &hash)) != nil else { return nil }
    }
    return prefix + hash.digits
  }

  private static func add(_ file: borrowing InputFile, to hash: inout FNV1a) throws(FileError) {
    let size = file.size
    withUnsafeBytes(of: UInt64(size).littleEndian) { hash.add($0) }

    var lengthBytes = [UInt8](repeating: 0, count: min(8, size))
    try read(file, at: 0, into: &lengthBytes)
    let length = lengthBytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let wanted = length <= Self.longestHeader ? Int(length) : Self.otherBeginning
    var header = [UInt8](repeating: 0, count: min(wanted, Self.headerLimit, size - lengthBytes.count))
    try read(file, at: lengthBytes.count, into: &header)
    header.withUnsafeBytes { hash.add($0) }

    let start = lengthBytes.count + header.count
    let room = size - start
    guard room > samples * sampleBytes else {
      var rest = [UInt8](repeating: 0, count: room)
      try read(file, at: start, into: &rest)
      rest.withUnsafeBytes { hash.add($0) }
      return
    }
    var chunk = [UInt8](repeating: 0, count: sampleBytes)
    for sample in 0..<samples {
      // From the header's end to the file's end. In floating point, which is exact enough and cannot overflow.
      let place = start + (Int(saturating: Double(room - sampleBytes) * Double(sample) / Double(samples - 1)) ?? 0)
      try read(file, at: place, into: &chunk)
      chunk.withUnsafeBytes { hash.add($0) }
    }
  }

  /// Fills `bytes`; a file that has become shorter is an error.
  private static func read(
    _ file: borrowing InputFile, at offset: Int, into bytes: inout [UInt8]
  ) throws(FileError) {
    let count = try bytes.withUnsafeMutableBufferPointer { (buffer) throws(FileError) in
      try file.read(into: UnsafeMutableRawBufferPointer(buffer), from: offset)
    }
    guard count == bytes.count else { throw FileError(file.path, .cannotRead(EIO)) }
  }
}
