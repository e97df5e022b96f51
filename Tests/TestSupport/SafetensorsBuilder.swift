/// A safetensors file in the making: tensors in order, and what the header says of each.
public struct SafetensorsBuilder: Sendable {
  /// What the header says of a tensor, true or not.
  public struct Entry: Sendable {
    public var name: String
    public var type: String
    public var shape: String
    public var offsets: (Int, Int)
  }

  public var entries: [Entry] = []
  public var data: [UInt8] = []

  public init() {}

  public mutating func add(_ name: String, type: String = "F32", shape: [Int], bytes: [UInt8]) {
    entries.append(
      Entry(name: name, type: type, shape: "\(shape)", offsets: (data.count, data.count + bytes.count)))
    data += bytes
  }

  public mutating func add(_ name: String, shape: [Int], _ values: [Float]) {
    add(name, shape: shape, bytes: values.withUnsafeBytes { Array($0) })
  }

  public func index(of name: String) -> Int { entries.firstIndex { $0.name == name } ?? 0 }

  public var header: String {
    let members = entries.map {
      #""\#($0.name)":{"dtype":"\#($0.type)","shape":\#($0.shape),"data_offsets":[\#($0.offsets.0),\#($0.offsets.1)]}"#
    }
    return #"{"__metadata__":{"format":"pt"},"# + members.joined(separator: ",") + "}"
  }

  public var file: [UInt8] { SafetensorsBuilder.file(header: header, data: data) }

  public static func file(header: String, data: [UInt8]) -> [UInt8] {
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) } + Array(header.utf8) + data
  }
}
