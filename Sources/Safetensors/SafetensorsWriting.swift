import Activations
import Support

/// A tensor that is to be written: a name, float32 numbers, and how they are to be stored.
public struct NamedTensor: Sendable {
  /// What the file will call it.
  public var name: String
  /// Its numbers; they need not be in row-major order.
  public var tensor: Tensor
  /// float32, or float16 or bfloat16, to which the numbers are then rounded.
  public var type: StoredType

  /// A tensor that is stored as `type`, one of `StoredType.isWritten`.
  public init(_ name: String, _ tensor: Tensor, as type: StoredType = .float32) {
    precondition(type.isWritten, "tensors are written as float32, float16 or bfloat16")
    self.name = name
    self.tensor = tensor
    self.type = type
  }
}

/// Writes a safetensors file, which takes the place of `path` in one step when all of it is on the disk.
///
/// Tensors stand in the reference implementation's order: larger types first, then by name. With the same metadata the bytes are
/// then those that it writes.
///
/// - Parameters:
///   - tensors: no two of one name; their numbers may be NaN or infinite.
///   - metadata: what the file says about itself, texts by name.
/// - Throws: where two tensors have one name, the header would be longer than readers accept, or the file cannot be written.
public func writeSafetensors(
  _ tensors: [NamedTensor], metadata: [(name: String, text: String)] = [], to path: String
) throws(SafetensorsError) {
  let ordered = tensors.sorted {
    $0.type == $1.type ? $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) : $0.type.rank > $1.type.rank
  }
  var names: Set<[UInt8]> = ["__metadata__".utf8.map(\.self)]
  for tensor in ordered where !names.insert(Array(tensor.name.utf8)).inserted {
    throw SafetensorsError("\(path): cannot hold the tensor '\(tensor.name)': its name is taken")
  }
  let layout = SafetensorsLayout(ordered.map { ($0.name, $0.type, $0.tensor.shape) }, metadata: metadata)
  guard layout.header.count - 8 <= SafetensorsHeader.longest else {
    throw SafetensorsError(
      "\(path): the header would have \(layout.header.count - 8) bytes, more than the \(SafetensorsHeader.longest) allowed"
    )
  }
  do throws(FileError) {
    var file = try ReplacementFile(for: path)
    try Files.write(layout.header, to: file.descriptor, path: path)
    for tensor in ordered { try tensor.write(to: file) }
    try file.takePlace(isDurable: true)
  } catch {
    throw SafetensorsError(error.text)
  }
}

extension StoredType {
  /// In the reference implementation's order of types (`Dtype` in its tensor.rs), which the cases have: by size.
  fileprivate var rank: Int { StoredType.allCases.firstIndex(of: self) ?? 0 }
}

extension NamedTensor {
  fileprivate func write(to file: borrowing ReplacementFile) throws(FileError) {
    let values = tensor.values()
    switch type {
    case .float16: try Self.write(values, to: file) { narrowed(float16: $0).littleEndian }
    case .bfloat16: try Self.write(values, to: file) { narrowed(bfloat16: $0).littleEndian }
    default: try Self.write(values, to: file) { $0.bitPattern.littleEndian }
    }
  }

  /// A block of numbers at a time, so that their second form takes little memory.
  private static func write<Stored>(
    _ values: [Float], to file: borrowing ReplacementFile, _ stored: (Float) -> Stored
  ) throws(FileError) {
    for first in stride(from: 0, to: values.count, by: 1 << 16) {
      let block = values[first..<min(first + 1 << 16, values.count)].map(stored)
      try block.withUnsafeBufferPointer { (block) throws(FileError) in try file.write(UnsafeRawBufferPointer(block)) }
    }
  }
}
