import Activations
import Checkpoints
import Safetensors
import Support

/// The parameters of an encoder in memory: float32 tensors, by the names that Hugging Face's models give them.
///
/// It is a value. An encoder that was made of it has the parameters of that moment; a change is
/// seen by the next encoder that is made.
public struct ParameterStore: Sendable {
  /// All in row-major order.
  private var tensors: [String: Tensor] = [:]
  /// Names of tensors that are stored under another one: the same parameter.
  private var aliases: [String: String] = [:]

  /// A store without parameters.
  public init() {}

  /// Reads all weights of a model folder, safetensors or `pytorch_model.bin`, into memory. What is not stored as floating point of at
  /// least 16 bits is no parameter and left out.
  ///
  /// - Throws: where there is no checkpoint, or it is damaged. NaN and infinity are no damage here.
  public init(folder: String) throws(EncoderError) {
    do throws(CheckpointError) {
      let checkpoint = try Checkpoint(folder: folder)
      for name in checkpoint.names {
        guard let stored = checkpoint.tensor(named: name), stored.entry.type.isWeight else { continue }
        tensors[name] = try stored.tensor()
        stored.release()
      }
      aliases = checkpoint.aliases.filter { tensors[$0.key] == nil && tensors[$0.value] != nil }
    } catch {
      throw EncoderError(error.text)
    }
  }

  /// The names under which tensors are stored, sorted.
  public var names: [String] { tensors.keys.sorted() }

  /// How many numbers all tensors have.
  public var count: Int { tensors.values.reduce(0) { $0 + $1.count } }

  /// The parameter of that name; nil where there is none. Its memory must not be written to: a parameter is
  /// changed by putting another tensor in its place.
  public subscript(name: String) -> Tensor? {
    get { tensors[name] ?? aliases[name].flatMap { tensors[$0] } }
    set {
      let name = tensors[name] == nil ? aliases[name] ?? name : name
      tensors[name] = newValue.map { $0.isRowMajor ? $0 : Tensor(shape: $0.shape, $0.values()) }
    }
  }

  /// Writes all parameters to a safetensors file, which takes the place of `path` in one step.
  ///
  /// - Parameter type: float32, or float16 or bfloat16, to which the numbers are then rounded.
  public func write(to path: String, as type: StoredType = .float32) throws(EncoderError) {
    do throws(SafetensorsError) {
      // The format that transformers asks for, and what safetensors' `save_model` says of tensors that are not stored twice.
      let metadata =
        [(name: "format", text: "pt")] + aliases.sorted { $0.key < $1.key }.map { (name: $0.key, text: $0.value) }
      try writeSafetensors(tensors.map { NamedTensor($0.key, $0.value, as: type) }, metadata: metadata, to: path)
    } catch {
      throw EncoderError(error.text)
    }
  }
}

extension ParameterStore: ParameterSource {
  var place: String { StoredParameter.place }
  var paths: [String] { [] }
  var byteCount: Int { count * MemoryLayout<Float>.stride }

  func parameter(named name: String) -> (any ParameterTensor)? {
    let name = tensors[name] == nil ? aliases[name] ?? name : name
    return tensors[name].map { StoredParameter(name: name, tensor: $0) }
  }
}

/// A tensor of a store.
private struct StoredParameter: ParameterTensor {
  static let place = "the parameters in memory"

  let name: String
  /// In row-major order.
  let tensor: Tensor

  var place: String { Self.place }
  var type: StoredType { .float32 }
  var shape: [Int] { tensor.shape }

  func read(_ first: Int, count: Int, into target: UnsafeMutablePointer<Float>) throws(CheckpointError) {
    precondition(first >= 0 && count >= 0 && first + count <= tensor.count, "numbers outside the tensor")
    withExtendedLifetime(tensor.storage) {
      target.update(from: tensor.storage.pointer + tensor.offset + first, count: count)
    }
  }

  func bytesAreEqual(to other: any ParameterTensor) -> Bool? {
    (other as? StoredParameter).flatMap {
      $0.tensor.storage === tensor.storage && $0.tensor.offset == tensor.offset ? true : nil
    }
  }

  func release() {}
}
