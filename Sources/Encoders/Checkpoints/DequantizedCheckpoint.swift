import Checkpoints
import Safetensors
import Support

/// A checkpoint whose matrices are stored in eight bits with scales beside them, as the numbers that these stand for.
///
/// Three plain forms: `weight_scale_inv`, a factor for each block of a matrix of 8-bit floating point (quant_method `fp8`);
/// `weight_scale`, one for each row or for all (`compressed-tensors`); and `SCB`, the largest magnitude of each row of a matrix of
/// whole numbers up to 127 (`bitsandbytes`, LLM.int8()).
struct DequantizedCheckpoint: ParameterSource {
  private let base: any ParameterSource
  /// How many rows and columns have one factor in common, where they are blocks.
  private let block: (rows: Int, columns: Int)

  /// Whether weights are quantized in a form that is read.
  static func reads(_ configuration: Configuration) -> Bool {
    guard let settings = configuration.value("quantization_config")?.objectValue else { return false }
    switch settings["quant_method"]?.stringValue {
    case "fp8": return true
    case "bitsandbytes": return settings["load_in_8bit"]?.boolValue == true
    case "compressed-tensors":
      return ["float-quantized", "int-quantized", "naive-quantized"].contains(settings["format"]?.stringValue ?? "")
    default: return false
    }
  }

  /// Nil where nothing is quantized.
  init?(_ base: any ParameterSource, _ configuration: Configuration) {
    guard Self.reads(configuration) else { return nil }
    self.base = base
    let size =
      configuration.value("quantization_config")?["weight_block_size"]?.arrayValue?.compactMap(\.intValue) ?? []
    block = size.count == 2 && size[0] > 0 && size[1] > 0 ? (size[0], size[1]) : (128, 128)
  }

  var place: String { base.place }
  var names: [String] { base.names }
  var paths: [String] { base.paths }
  var byteCount: Int { base.byteCount }

  func parameter(named name: String) -> (any ParameterTensor)? {
    guard let tensor = base.parameter(named: name) else { return nil }
    guard [.float8e4m3, .float8e5m2, .signed8].contains(tensor.type), name.hasSuffix(".weight"), tensor.shape.count == 2
    else {
      return tensor
    }
    let layer = name.dropLast("weight".utf8.count)
    let (rows, columns) = (tensor.shape[0], tensor.shape[1])
    func scales(_ name: String, _ shapes: [[Int]]) -> [Float]? {
      guard let scales = base.parameter(named: "\(layer)\(name)"), shapes.contains(scales.shape), scales.type.isWeight
      else {
        return nil
      }
      let count = scales.shape.reduce(1, *)
      var values = [Float](repeating: 0, count: count)
      let isRead = values.withUnsafeMutableBufferPointer { values in
        guard let start = values.baseAddress else { return false }
        return (try? scales.read(0, count: count, into: start)) != nil
      }
      return isRead ? values : nil
    }
    let blocks = [(rows + block.rows - 1) / block.rows, (columns + block.columns - 1) / block.columns]
    if let values = scales("weight_scale_inv", [blocks, [1], []]) {
      let unit = values.count == 1 ? (rows: rows, columns: columns) : block
      return ScaledTensor(base: tensor, scales: values, block: unit)
    }
    if let values = scales("weight_scale", [[rows, 1], [rows], [1], []]) {
      return ScaledTensor(base: tensor, scales: values, block: (values.count == 1 ? rows : 1, columns))
    }
    if tensor.type == .signed8, let values = scales("SCB", [[rows]]) {
      return ScaledTensor(base: tensor, scales: values.map { $0 / 127 }, block: (1, columns))
    }
    return tensor
  }
}

/// A matrix whose blocks are multiplied by a factor each.
private struct ScaledTensor: ParameterTensor {
  let base: any ParameterTensor
  /// By block, row by row.
  let scales: [Float]
  let block: (rows: Int, columns: Int)

  var name: String { base.name }
  var place: String { base.place }
  /// As it is computed with.
  var type: StoredType { .float32 }
  var shape: [Int] { base.shape }

  func read(_ first: Int, count: Int, into target: UnsafeMutablePointer<Float>) throws(CheckpointError) {
    try base.read(first, count: count, into: target)
    let columns = shape[1]
    let across = (columns + block.columns - 1) / max(block.columns, 1)
    for offset in 0..<count {
      let (row, column) = ((first + offset) / columns, (first + offset) % columns)
      target[offset] *= scales[row / block.rows * across + column / block.columns]
    }
  }

  func bytesAreEqual(to other: any ParameterTensor) -> Bool? { nil }

  func release() { base.release() }
}
