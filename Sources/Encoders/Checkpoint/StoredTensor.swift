import Activations
import Glibc
import Support

/// A tensor in its file.
struct StoredTensor: Sendable {
  let entry: TensorEntry
  let file: MappedFile
  /// Takes note of numbers that are none; nil where they are errors.
  var damage: DamageReport?

  var count: Int { entry.shape.reduce(1, *) }

  /// The first bytes of its numbers. Not necessarily aligned.
  private var start: UnsafeRawPointer? { file.bytes.baseAddress.map { $0 + entry.range.lowerBound } }

  /// Reads `count` numbers from the index `first` on as float32. NaN and infinity are errors, unless note is taken of them.
  func read(_ first: Int, count: Int, into target: UnsafeMutablePointer<Float>) throws {
    precondition(first >= 0 && count >= 0 && first + count <= self.count, "numbers outside the tensor")
    guard let start, count > 0 else { return }
    switch entry.type {
    case .float32:
      UnsafeMutableRawPointer(target).copyMemory(
        from: start + first * 4, byteCount: count * MemoryLayout<Float>.stride)
    case .bfloat16:
      for i in 0..<count {
        let bits = UInt32((start + (first + i) * 2).loadUnaligned(as: UInt16.self)) << 16
        target[i] = Float(bitPattern: bits)
      }
    case .float16:
      for i in 0..<count {
        target[i] = widened(float16: (start + (first + i) * 2).loadUnaligned(as: UInt16.self))
      }
    default:
      throw EncoderError("\(file.path): tensor '\(entry.name)' is \(entry.type.rawValue), not a weight")
    }
    let index = Kernels.best.firstNonFinite(UnsafePointer(target), count)
    guard index >= 0 else { return }
    let words: MessageText =
      "tensor '\(entry.name)' holds \(target[index].isNaN ? "NaN" : "infinity") at \(position(of: first + index))"
    guard let damage else {
      throw EncoderError("\(file.path): \(words); the file is damaged, or training diverged")
    }
    damage.note(words.description, of: entry.name)
  }

  /// Whether another tensor of the same shape has the same numbers. What cannot be read is not the same.
  func hasSameNumbers(as other: StoredTensor) -> Bool {
    guard entry.type != other.entry.type else {
      let (mine, others) = (file.bytes[entry.range], other.file.bytes[other.entry.range])
      guard let first = UnsafeRawBufferPointer(rebasing: mine).baseAddress,
        let second = UnsafeRawBufferPointer(rebasing: others).baseAddress
      else { return mine.count == others.count }
      return mine.count == others.count && (first == second || memcmp(first, second, mine.count) == 0)
    }
    guard let mine = try? values(), let others = try? other.values() else { return false }
    return mine == others
  }

  /// All its numbers.
  func values() throws -> [Float] {
    try [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      if let base = buffer.baseAddress { try read(0, count: count, into: base) }
      initialized = count
    }
  }

  /// All its numbers, in its shape.
  func tensor() throws -> Tensor {
    try Tensor(shape: entry.shape) { target in
      if let base = target.baseAddress { try read(0, count: count, into: base) }
    }
  }

  /// An index as a position on every axis.
  private func position(of index: Int) -> [Int] {
    var rest = index
    var result: [Int] = []
    for extent in entry.shape.reversed() where extent > 0 {
      result.append(rest % extent)
      rest /= extent
    }
    return result.reversed()
  }
}

/// IEEE half precision to single, exactly. By hand, because Swift has no `Float16` on some platforms.
func widened(float16 bits: UInt16) -> Float {
  let sign = UInt32(bits & 0x8000) << 16
  let exponent = UInt32(bits >> 10 & 0x1F)
  let fraction = UInt32(bits & 0x3FF)
  switch exponent {
  case 0:
    // Zero and subnormal numbers: the fraction in units of 2^-24.
    let magnitude = Float(fraction) * 0x1p-24
    return sign == 0 ? magnitude : -magnitude
  case 0x1F: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
  default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
  }
}
