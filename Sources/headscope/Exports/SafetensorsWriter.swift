import JSON

/// Writes the safetensors format: the header's length in 8 bytes, a JSON header, then the numbers of all tensors
/// without a gap. See https://huggingface.co/docs/safetensors.
final class SafetensorsWriter: TensorWriter, @unchecked Sendable {
  // Unchecked, because `append` is for one thread; `write` only reads what does not change.
  private let file: OutputFile
  /// Where each tensor begins and how many bytes it takes.
  private var blocks: [(start: Int, count: Int)] = []
  /// Where the next numbers of each tensor go.
  private var places: [Int] = []

  init(_ file: OutputFile, tensors: [ExportedTensor], metadata: [(String, String)]) throws {
    self.file = file
    var entries = JSONObject()
    entries["__metadata__"] = .object(JSONObject(metadata.map { (JSONString($0.0), JSONValue($0.1)) }))
    var end = 0
    for tensor in tensors {
      places.append(end)
      entries[tensor.name] = [
        "dtype": tensor.type == .int64 ? "I64" : "F32",
        "shape": .array(tensor.shape.map { JSONValue($0) }),
        "data_offsets": [JSONValue(end), JSONValue(end + tensor.bytes)],
      ]
      end += tensor.bytes
    }
    var header: [UInt8] = []
    JSONValue.object(entries).write(into: &header)
    // Readers that map the file want the numbers on an 8-byte boundary.
    while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
    let start = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) } + header
    try file.write(start, at: 0)
    places = places.map { $0 + start.count }
    blocks = zip(places, tensors).map { ($0, $1.bytes) }
  }

  /// Writes numbers of one sentence of a batch, `offset` bytes behind the first of them. Threads may do so at once.
  func write(
    _ bytes: UnsafeRawBufferPointer, toTensor index: Int, sentence: Int, of batch: Int, at offset: Int
  ) throws {
    let block = blocks[index]
    try file.write(bytes, at: block.start + block.count / batch * sentence + offset)
  }

  func append(_ bytes: UnsafeRawBufferPointer, toTensor index: Int) throws {
    try file.write(bytes, at: places[index])
    places[index] += bytes.count
  }

  func finish() throws { try file.finish() }
}
