import Activations
import Glibc
import Support

/// A tensor in its file. Nothing is read before it is asked for.
public struct StoredTensor: Sendable {
  /// What the file's header says of it.
  public let entry: TensorEntry
  /// The file that it is in.
  public let file: MappedFile

  /// A tensor that the header of `file` announces.
  public init(entry: TensorEntry, file: MappedFile) {
    self.entry = entry
    self.file = file
  }

  /// How many numbers it has.
  public var count: Int { entry.count }

  /// Its numbers as they are stored: little-endian, not necessarily aligned. Valid for as long as `file` lives.
  public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: file.bytes[entry.range]) }

  /// Reads `count` numbers from the index `first` on, in row-major order, as float32. They may be NaN or infinite.
  ///
  /// - Throws: where it is not stored as float32, float16 or bfloat16.
  public func read(_ first: Int, count: Int, into target: UnsafeMutablePointer<Float>) throws(SafetensorsError) {
    precondition(first >= 0 && count >= 0 && first + count <= self.count, "numbers outside the tensor")
    guard entry.type.isWeight else {
      throw SafetensorsError("\(file.path): tensor '\(entry.name)' is \(entry.type.rawValue), not a weight")
    }
    guard let start = bytes.baseAddress, count > 0 else { return }
    switch entry.type {
    case .bfloat16:
      for i in 0..<count {
        target[i] = widened(bfloat16: (start + (first + i) * 2).loadUnaligned(as: UInt16.self))
      }
    case .float16:
      for i in 0..<count {
        target[i] = widened(float16: (start + (first + i) * 2).loadUnaligned(as: UInt16.self))
      }
    default:
      UnsafeMutableRawPointer(target).copyMemory(
        from: start + first * 4, byteCount: count * MemoryLayout<Float>.stride)
    }
  }

  /// All its numbers, in row-major order.
  ///
  /// - Throws: where it is not stored as float32, float16 or bfloat16.
  public func values() throws(SafetensorsError) -> [Float] { try tensor().values() }

  /// All its numbers, in its shape.
  ///
  /// - Throws: where it is not stored as float32, float16 or bfloat16.
  public func tensor() throws(SafetensorsError) -> Tensor {
    let storage = FloatStorage(count: count)
    try read(0, count: count, into: storage.pointer)
    return Tensor(storage: storage, shape: entry.shape)
  }

  /// Whether another tensor has the same bytes.
  public func hasSameBytes(as other: StoredTensor) -> Bool {
    let (mine, others) = (bytes, other.bytes)
    guard mine.count == others.count, let first = mine.baseAddress, let second = others.baseAddress else {
      return mine.count == others.count
    }
    return first == second || memcmp(first, second, mine.count) == 0
  }

  /// Gives the memory that its numbers take up back to the system; they are read again when they are wanted.
  public func release() { file.release(entry.range) }
}
