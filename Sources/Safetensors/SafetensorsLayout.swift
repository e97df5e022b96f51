import JSON

/// Where everything goes in a safetensors file that is to be written, known before any number is.
///
/// As https://huggingface.co/docs/safetensors defines the format, and as its reference implementation writes it: the length of the
/// header in eight bytes, little-endian; the header, JSON with the metadata first, filled up with spaces so that the numbers
/// begin on an 8-byte boundary; the numbers of all tensors without a gap.
public struct SafetensorsLayout: Sendable {
  /// What the file begins with: the header's length and the header.
  public let header: [UInt8]
  /// Where the numbers of each tensor go, in bytes from the start of the file, in the order in which the tensors were given.
  public let ranges: [Range<Int>]

  /// - Parameters:
  ///   - tensors: in the order of their numbers in the file. No two may have one name.
  ///   - metadata: what the file says about itself, texts by name; none writes no metadata.
  public init(
    _ tensors: [(name: String, type: StoredType, shape: [Int])], metadata: [(name: String, text: String)] = []
  ) {
    var entries = JSONObject()
    if !metadata.isEmpty {
      entries["__metadata__"] = .object(JSONObject(metadata.map { (JSONString($0.name), JSONValue($0.text)) }))
    }
    var offsets: [Range<Int>] = []
    for tensor in tensors {
      let start = offsets.last?.upperBound ?? 0
      let end = start + tensor.shape.reduce(tensor.type.size, *)
      entries[tensor.name] = [
        "dtype": JSONValue(tensor.type.rawValue),
        "shape": .array(tensor.shape.map { JSONValue($0) }),
        "data_offsets": [JSONValue(start), JSONValue(end)],
      ]
      offsets.append(start..<end)
    }
    var json: [UInt8] = []
    JSONValue.object(entries).write(into: &json)
    while json.count % 8 != 0 { json.append(UInt8(ascii: " ")) }
    header = withUnsafeBytes(of: UInt64(json.count).littleEndian) { Array($0) } + json
    let first = header.count
    ranges = offsets.map { first + $0.lowerBound..<first + $0.upperBound }
  }
}
