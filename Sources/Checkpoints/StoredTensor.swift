import Activations
import Glibc
import Safetensors
import Support

/// A tensor in its file. Nothing is read before it is asked for.
public struct StoredTensor: Sendable {
  /// What the file says of it; `range` reaches from its first number to its last.
  public let entry: TensorEntry
  /// How far apart the numbers of each axis lie; nil where they lie in row-major order without a gap.
  public let strides: [Int]?
  /// The file that it is in.
  public let file: MappedFile

  /// A tensor that `file` announces. Its strides, if any, stay within its range.
  public init(entry: TensorEntry, strides: [Int]? = nil, file: MappedFile) {
    self.entry = entry
    self.strides = strides
    self.file = file
  }

  /// How many numbers it has.
  public var count: Int { entry.count }

  /// Its numbers as they are stored: little-endian, not necessarily aligned. Valid for as long as `file` lives.
  public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: file.bytes[entry.range]) }

  /// Reads `count` numbers from the index `first` on, in row-major order, as float32. They may be NaN or infinite.
  ///
  /// Those of eight bits are read as they are, without the scales that belong to them.
  ///
  /// - Throws: where it is not stored as floating point, or whole numbers of eight bits.
  public func read(_ first: Int, count: Int, into target: UnsafeMutablePointer<Float>) throws(CheckpointError) {
    precondition(first >= 0 && count >= 0 && first + count <= self.count, "numbers outside the tensor")
    guard entry.type.isNumber else {
      throw CheckpointError("\(file.path): tensor '\(entry.name)' is \(entry.typeName), not a weight")
    }
    guard let start = bytes.baseAddress, count > 0 else { return }
    guard let strides else {
      entry.type.widen(start + first * entry.type.size, count: count, into: target)
      return
    }
    // Along the last axis as far as it goes, then on from the next place of the others.
    let (shape, size) = (entry.shape, entry.type.size)
    guard let extent = shape.last, let stride = strides.last else {
      entry.type.widen(start, count: count, into: target)
      return
    }
    var done = 0
    while done < count {
      let index = first + done
      var rest = index / extent
      var place = index % extent * stride
      for axis in shape.indices.dropLast().reversed() {
        place += rest % shape[axis] * strides[axis]
        rest /= shape[axis]
      }
      let run = min(extent - index % extent, count - done)
      if stride == 1 {
        entry.type.widen(start + place * size, count: run, into: target + done)
      } else {
        for step in 0..<run {
          entry.type.widen(start + (place + step * stride) * size, count: 1, into: target + done + step)
        }
      }
      done += run
    }
  }

  /// All its numbers, in row-major order.
  ///
  /// - Throws: where it is not stored as floating point, or whole numbers of eight bits.
  public func values() throws(CheckpointError) -> [Float] { try tensor().values() }

  /// All its numbers, in its shape.
  ///
  /// - Throws: where it is not stored as floating point, or whole numbers of eight bits.
  public func tensor() throws(CheckpointError) -> Tensor {
    let storage = FloatStorage(count: count)
    try read(0, count: count, into: storage.pointer)
    return Tensor(storage: storage, shape: entry.shape)
  }

  /// Whether another tensor of the same type and shape has the same bytes; nil where their numbers lie in different order.
  public func hasSameBytes(as other: StoredTensor) -> Bool? {
    guard strides == other.strides else { return nil }
    let (mine, others) = (bytes, other.bytes)
    guard mine.count == others.count, let first = mine.baseAddress, let second = others.baseAddress else {
      return mine.count == others.count
    }
    if first == second { return true }
    return strides == nil ? memcmp(first, second, mine.count) == 0 : nil
  }

  /// Gives the memory that its numbers take up back to the system; they are read again when they are wanted.
  public func release() { file.release(entry.range) }
}

extension StoredType {
  /// Whether it is one whose numbers are read.
  fileprivate var isNumber: Bool { isWeight || self == .signed8 || self == .float8e4m3 || self == .float8e5m2 }

  /// Numbers that lie one behind the other, as float32; `self` is a number. What float32 has no number for is rounded to the
  /// nearest one, as torch does.
  fileprivate func widen(_ source: UnsafeRawPointer, count: Int, into target: UnsafeMutablePointer<Float>) {
    switch self {
    case .bfloat16:
      for i in 0..<count { target[i] = widened(bfloat16: (source + i * 2).loadUnaligned(as: UInt16.self).littleEndian) }
    case .float16:
      for i in 0..<count { target[i] = widened(float16: (source + i * 2).loadUnaligned(as: UInt16.self).littleEndian) }
    case .float64:
      for i in 0..<count {
        target[i] = Float(Double(bitPattern: (source + i * 8).loadUnaligned(as: UInt64.self).littleEndian))
      }
    case .signed8: for i in 0..<count { target[i] = Float((source + i).loadUnaligned(as: Int8.self)) }
    case .float8e4m3: for i in 0..<count { target[i] = widened(float8e4m3: (source + i).loadUnaligned(as: UInt8.self)) }
    case .float8e5m2:
      // The upper half of half precision.
      for i in 0..<count { target[i] = widened(float16: UInt16((source + i).loadUnaligned(as: UInt8.self)) << 8) }
    default:
      UnsafeMutableRawPointer(target).copyMemory(from: source, byteCount: count * MemoryLayout<Float>.stride)
    }
  }
}
