import Checkpoints
import Safetensors

/// What holds an encoder's parameters, by the names that Hugging Face's models give them: a checkpoint whose files are mapped, or
/// a store in memory. Families read them through this alone.
protocol ParameterSource: Sendable {
  /// What errors name where a parameter is missing.
  var place: String { get }
  /// The names of all tensors, in no order.
  var names: [String] { get }
  /// The files that it reads from.
  var paths: [String] { get }
  /// How many bytes it takes, in files or in memory.
  var byteCount: Int { get }
  /// The parameter of that name; nil where there is none.
  func parameter(named name: String) -> (any ParameterTensor)?
}

/// A tensor of a `ParameterSource`.
protocol ParameterTensor: Sendable {
  /// What it is stored under; it may have other names.
  var name: String { get }
  /// What errors name it by, before its name.
  var place: String { get }
  var type: StoredType { get }
  /// What errors call its type.
  var typeName: String { get }
  /// Its axes, outermost first.
  var shape: [Int] { get }
  /// Reads `count` numbers from the index `first` on, in row-major order, as float32. They may be NaN or infinite.
  ///
  /// - Throws: where it holds no weights.
  func read(_ first: Int, count: Int, into target: UnsafeMutablePointer<Float>) throws(CheckpointError)
  /// Whether the other one has the same bytes; nil where that takes reading both.
  func bytesAreEqual(to other: any ParameterTensor) -> Bool?
  /// Gives memory back that its numbers take up although they can be read again.
  func release()
}

extension ParameterTensor {
  var typeName: String { type.rawValue }
}

extension Checkpoint: ParameterSource {
  var place: String { mainFile }
  var paths: [String] { files.map(\.path) }
  var byteCount: Int { files.reduce(0) { $0 + $1.bytes.count } }

  func parameter(named name: String) -> (any ParameterTensor)? { tensor(named: name) }
}

extension StoredTensor: ParameterTensor {
  var name: String { entry.name }
  var place: String { file.path }
  var type: StoredType { entry.type }
  var typeName: String { entry.typeName }
  var shape: [Int] { entry.shape }

  func bytesAreEqual(to other: any ParameterTensor) -> Bool? {
    guard let other = other as? StoredTensor, other.type == type else { return nil }
    return hasSameBytes(as: other)
  }
}
