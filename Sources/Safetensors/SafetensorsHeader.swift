import JSON
import Support

/// A tensor as a safetensors file announces it.
public struct TensorEntry: Sendable, Equatable {
  /// Untrusted text.
  public var name: String
  /// How its numbers are stored.
  public var type: StoredType
  /// What the file calls that: untrusted text where the type is not known.
  public var typeName: String
  /// Its axes, outermost first; none for a single number.
  public var shape: [Int]
  /// Where its numbers lie, in bytes from the start of the file. Little-endian, not necessarily aligned.
  public var range: Range<Int>

  /// A tensor whose numbers lie in `range`.
  public init(name: String, type: StoredType, typeName: String? = nil, shape: [Int], range: Range<Int>) {
    self.name = name
    self.type = type
    self.typeName = typeName ?? type.rawValue
    self.shape = shape
    self.range = range
  }

  /// How many numbers it has.
  public var count: Int { shape.reduce(1, *) }
}

/// The checked header of a safetensors file (https://huggingface.co/docs/safetensors): eight bytes with the length of
/// the header, little-endian; the header, JSON; then the numbers of all tensors, without a gap.
public struct SafetensorsHeader: Sendable {
  /// How many bytes a header may have: the reference implementation's limit.
  public static let longest = 100_000_000

  /// In the order in which the numbers lie in the file.
  public let entries: [TensorEntry]
  /// What the file says about itself: texts by name.
  public let metadata: [String: String]

  /// Reads and checks the header of a whole file.
  ///
  /// - Parameters:
  ///   - bytes: all of the file; nothing in it is trusted.
  ///   - path: for errors.
  /// - Throws: where a length, an offset, a shape or a type is impossible, tensors overlap, or bytes belong to no tensor.
  public init(of bytes: UnsafeRawBufferPointer, path: String) throws(SafetensorsError) {
    func failure(_ text: MessageText) -> SafetensorsError { SafetensorsError("\(path): \(text)") }

    guard bytes.count >= 8 else {
      if let stray = strayContent(bytes, path: path) { throw failure(stray) }
      throw failure("is not a safetensors file: it has \(bytes.count) bytes, the length of its header alone takes 8")
    }
    let announced = bytes.loadUnaligned(as: UInt64.self).littleEndian
    guard announced <= SafetensorsHeader.longest else {
      if let stray = strayContent(bytes, path: path) { throw failure(stray) }
      throw failure(
        "is not a safetensors file, or damaged: it announces a header of \(announced) bytes, "
          + "more than the \(SafetensorsHeader.longest) allowed")
    }
    let length = Int(announced)
    guard length <= bytes.count - 8 else {
      throw failure("is cut off: it announces a header of \(length) bytes, but only \(bytes.count - 8) follow")
    }
    let header: JSONValue
    do throws(JSONError) {
      header = try JSONValue(parsing: UnsafeRawBufferPointer(rebasing: bytes[8..<8 + length]))
    } catch {
      throw failure("its header is not JSON: \(error)")
    }
    guard let members = header.objectValue?.members else {
      throw failure("its header should be an object, it is \(header.kind)")
    }
    var entries: [TensorEntry] = []
    entries.reserveCapacity(members.count)
    for (key, value) in members where key != "__metadata__" {
      let name = key.string
      do throws(SafetensorsError) {
        entries.append(try TensorEntry(name: name, value, dataStart: 8 + length, fileEnd: bytes.count))
      } catch {
        throw failure("tensor '\(name)': \(error)")
      }
    }
    entries.sort { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
    try SafetensorsHeader.checkCoverage(of: entries, from: 8 + length, to: bytes.count, path: path)
    self.entries = entries
    var metadata: [String: String] = [:]
    for (key, value) in header["__metadata__"]?.objectValue?.members ?? [] {
      if let text = value.stringValue { metadata[key.string] = text }
    }
    self.metadata = metadata
  }

  /// Every byte after the header has to belong to exactly one tensor.
  private static func checkCoverage(of entries: [TensorEntry], from start: Int, to end: Int, path: String)
    throws(SafetensorsError)
  {
    var covered = start
    var previous = ""
    for entry in entries {
      if entry.range.lowerBound < covered {
        throw SafetensorsError("\(path): tensor '\(entry.name)' overlaps tensor '\(previous)'")
      }
      if entry.range.lowerBound > covered {
        throw SafetensorsError(
          "\(path): \(entry.range.lowerBound - covered) bytes before tensor '\(entry.name)' belong to no tensor")
      }
      if !entry.range.isEmpty { previous = entry.name }
      covered = entry.range.upperBound
    }
    if covered < end { throw SafetensorsError("\(path): \(end - covered) bytes at the end belong to no tensor") }
  }
}

extension TensorEntry {
  fileprivate init(name: String, _ value: JSONValue, dataStart: Int, fileEnd: Int) throws(SafetensorsError) {
    guard let typeName = value["dtype"]?.stringValue else { throw SafetensorsError("has no dtype") }
    // A tensor of a type that is not known, or of less than a byte a number, does no harm as long as nobody reads it.
    let type = StoredType(rawValue: typeName) ?? .unknown
    guard let dimensions = value["shape"]?.arrayValue else { throw SafetensorsError("has no shape") }
    var shape: [Int] = []
    for dimension in dimensions {
      guard let extent = dimension.intValue, extent >= 0 else {
        throw SafetensorsError("its shape holds something that is not a whole number of at least 0")
      }
      shape.append(extent)
    }
    var size = type.size
    for extent in shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: extent)
      guard !overflow else { throw SafetensorsError("its shape \(shape) is larger than memory can be") }
      size = product
    }
    guard let offsets = value["data_offsets"]?.arrayValue, offsets.count == 2, let begin = offsets[0].intValue,
      let end = offsets[1].intValue
    else { throw SafetensorsError("has no data_offsets with a begin and an end") }
    guard begin >= 0, begin <= end else {
      throw SafetensorsError("its data_offsets [\(begin), \(end)] are not a begin and an end")
    }
    guard end <= fileEnd - dataStart else {
      throw SafetensorsError("ends at byte \(end) of the data, but the file is cut off after \(fileEnd - dataStart)")
    }
    guard end - begin == size || type == .unknown else {
      throw SafetensorsError("\(type.rawValue) \(shape) takes \(size) bytes, its data_offsets span \(end - begin)")
    }
    self.init(name: name, type: type, typeName: typeName, shape: shape, range: dataStart + begin..<dataStart + end)
  }
}
