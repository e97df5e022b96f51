import Activations
import Checkpoints
import Compute
import Safetensors
import Support

/// A parameter of an encoder, whose numbers are looked at as they are read.
struct Parameter: Sendable {
  let stored: any ParameterTensor
  /// Finds what is not a number.
  let kernels: Kernels
  /// Takes note of NaN and infinity; nil where they are errors.
  let damage: DamageReport?

  /// What it is stored under: it may have other names.
  var name: String { stored.name }

  /// Its axes, outermost first.
  var shape: [Int] { stored.shape }

  var type: StoredType { stored.type }

  /// Where it is held, for errors.
  var place: String { stored.place }

  /// How many numbers it has.
  var count: Int { shape.reduce(1, *) }

  /// Reads `count` numbers from the index `first` on, in row-major order.
  ///
  /// NaN and infinity are errors, unless note is taken of them.
  func read(_ first: Int, count: Int, into target: UnsafeMutablePointer<Float>) throws {
    do throws(CheckpointError) { try stored.read(first, count: count, into: target) } catch {
      throw EncoderError(error.text)
    }
    let index = kernels.firstNonFinite(UnsafePointer(target), count)
    guard index >= 0 else { return }
    let words: MessageText =
      "tensor '\(name)' holds \(target[index].isNaN ? "NaN" : "infinity") at \(position(of: first + index))"
    guard let damage else {
      throw EncoderError("\(place): \(words); the file is damaged, or training diverged")
    }
    damage.note(words.description, of: name)
  }

  /// All its numbers, in row-major order.
  func values() throws -> [Float] {
    try [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      if let base = buffer.baseAddress { try read(0, count: count, into: base) }
      initialized = count
    }
  }

  /// All its numbers, in its shape.
  func tensor() throws -> Tensor {
    try Tensor(shape: shape) { target in
      if let base = target.baseAddress { try read(0, count: count, into: base) }
    }
  }

  /// Whether another parameter of the same shape has the same numbers. What cannot be read is not the same.
  func hasSameNumbers(as other: Parameter) -> Bool {
    if let answer = stored.bytesAreEqual(to: other.stored) { return answer }
    guard let mine = try? values(), let others = try? other.values() else { return false }
    return mine == others
  }

  /// An index as a position on every axis.
  private func position(of index: Int) -> [Int] {
    var rest = index
    var result: [Int] = []
    for extent in shape.reversed() where extent > 0 {
      result.append(rest % extent)
      rest /= extent
    }
    return result.reversed()
  }
}
