import Safetensors

/// Writes an export as a safetensors file.
final class SafetensorsExportWriter: UnorderedTensorWriter, @unchecked Sendable {
  // Unchecked, because `append` is for one thread; `write` only reads what does not change.
  private let file: OutputFile
  /// Where the numbers of each tensor lie.
  private let blocks: [Range<Int>]
  /// Where the next numbers of each tensor go.
  private var places: [Int]

  init(_ file: OutputFile, tensors: [ExportedTensor], metadata: [(String, String)]) throws {
    self.file = file
    let layout = SafetensorsLayout(
      tensors.map { ($0.name, $0.type == .int64 ? .signed64 : .float32, $0.shape) },
      metadata: metadata.map { (name: $0.0, text: $0.1) })
    try file.write(layout.header, at: 0)
    blocks = layout.ranges
    places = blocks.map(\.lowerBound)
  }

  func write(
    _ bytes: UnsafeRawBufferPointer, toTensor index: Int, sentence: Int, of batch: Int, at offset: Int
  ) throws {
    let block = blocks[index]
    try file.write(bytes, at: block.lowerBound + block.count / batch * sentence + offset)
  }

  func append(_ bytes: UnsafeRawBufferPointer, toTensor index: Int) throws {
    try file.write(bytes, at: places[index])
    places[index] += bytes.count
  }

  func finish() throws { try file.finish() }
}
