import JSON

/// Writes one JSON object: words about the export first, then every tensor under its name as nested arrays, batch first.
///
/// The numbers wait in a nameless file until all sentences are there. Numbers that are not finite, which JSON does not
/// have, become null: the masked scores of blocked pairs.
final class JSONExportWriter: TensorWriter {
  private let file: OutputFile
  private let spool: OutputFile
  private let tensors: [ExportedTensor]
  private let starts: [Int]
  private var places: [Int]

  init(_ file: OutputFile, tensors: [ExportedTensor], words: JSONObject) throws {
    self.file = file
    self.tensors = tensors
    spool = try OutputFile(spoolNamed: "a temporary file")
    var end = 0
    starts = tensors.map { tensor in
      defer { end += tensor.bytes }
      return end
    }
    places = starts
    try file.append("{\n")
    for (key, value) in words.members {
      try file.append("\(JSONValue.string(key).serialized()): \(value.serialized()),\n")
    }
  }

  func append(_ bytes: UnsafeRawBufferPointer, toTensor index: Int) throws {
    try spool.write(bytes, at: places[index])
    places[index] += bytes.count
  }

  func finish() throws {
    for (index, tensor) in tensors.enumerated() {
      try file.append("\"\(tensor.name)\": ")
      var place = starts[index]
      try writeArray(tensor, axis: 0, place: &place)
      try file.append(index == tensors.count - 1 ? "\n" : ",\n")
    }
    try file.append("}\n")
    try file.finish()
  }

  /// The innermost arrays stand on a line of their own.
  private func writeArray(_ tensor: ExportedTensor, axis: Int, place: inout Int) throws {
    if axis == tensor.shape.count - 1 {
      try writeRow(tensor, place: &place)
      return
    }
    try file.append("[")
    for index in 0..<tensor.shape[axis] {
      if index > 0 { try file.append(",\n") }
      try writeArray(tensor, axis: axis + 1, place: &place)
    }
    try file.append("]")
  }

  private func writeRow(_ tensor: ExportedTensor, place: inout Int) throws {
    let count = tensor.shape[tensor.shape.count - 1]
    var line: [UInt8] = [UInt8(ascii: "[")]
    func separate(_ index: Int) { if index > 0 { line.append(UInt8(ascii: ",")) } }
    switch tensor.type {
    case .int64:
      var numbers = [Int64](repeating: 0, count: count)
      try numbers.withUnsafeMutableBytes { try spool.read(into: $0, at: place) }
      for (index, number) in numbers.enumerated() {
        separate(index)
        line.append(contentsOf: number.description.utf8)
      }
    case .float32:
      var numbers = [Float](repeating: 0, count: count)
      try numbers.withUnsafeMutableBytes { try spool.read(into: $0, at: place) }
      for (index, number) in numbers.enumerated() {
        separate(index)
        line.append(contentsOf: (number.isFinite ? number.description : "null").utf8)
      }
    }
    line.append(UInt8(ascii: "]"))
    try file.append(line)
    place += count * tensor.type.bytes
  }
}
