/// A safetensors file in the making: tensors in order, and what the header says of each.
public struct SafetensorsBuilder: Sendable {
  /// What the header says of a tensor, true or not.
  public struct Entry: Sendable {
    /// The name of the tensor.
    public var name: String
    /// As the format calls it: `F32`.
    public var type: String
    /// As JSON: `[2,3]`.
    public var shape: String
    /// Where its data begins and ends, in bytes.
    public var offsets: (Int, Int)
  }

  /// What the header says, in its order.
  public var entries: [Entry] = []
  /// What stands behind the header.
  public var data: [UInt8] = []

  /// Without a tensor.
  public init() {}

  /// Adds a tensor with its bytes.
  public mutating func add(_ name: String, type: String = "F32", shape: [Int], bytes: [UInt8]) {
    entries.append(
      Entry(name: name, type: type, shape: "\(shape)", offsets: (data.count, data.count + bytes.count)))
    data += bytes
  }

  /// Adds a tensor of float32.
  public mutating func add(_ name: String, shape: [Int], _ values: [Float]) {
    add(name, shape: shape, bytes: values.withUnsafeBytes { Array($0) })
  }

  /// Where a tensor stands among the entries; 0 where it does not.
  public func index(of name: String) -> Int { entries.firstIndex { $0.name == name } ?? 0 }

  /// The header as JSON.
  public var header: String {
    let members = entries.map {
      #""\#($0.name)":{"dtype":"\#($0.type)","shape":\#($0.shape),"data_offsets":[\#($0.offsets.0),\#($0.offsets.1)]}"#
    }
    return #"{"__metadata__":{"format":"pt"},"# + members.joined(separator: ",") + "}"
  }

  /// The whole file.
  public var file: [UInt8] { SafetensorsBuilder.file(header: header, data: data) }

  /// A file with any header, however wrong.
  public static func file(header: String, data: [UInt8]) -> [UInt8] {
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) } + Array(header.utf8) + data
  }
}
