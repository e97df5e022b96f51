import Checkpoints
import Safetensors
import Support

/// A checkpoint with a LoRA adapter merged into it: W + scale · B A for every matrix that the adapter changes, and the tensors that
/// it has whole (`modules_to_save`, biases) instead of the checkpoint's. Rows are put together as they are read.
struct AdaptedCheckpoint: ParameterSource {
  private let base: any ParameterSource
  private let adapter: Checkpoint
  /// By the base's names.
  private var changes: [String: Change] = [:]
  /// What the adapter has whole, by the base's names where it has them, and else by its own.
  private var replaced: [String: StoredTensor] = [:]

  /// Two matrices whose product is added to a third.
  private struct Change {
    /// [row, rank] and [rank, column] of the changed matrix.
    let left: [Float]
    let right: [Float]
    let rows: Int
    let columns: Int
    let rank: Int
    let scale: Float
  }

  /// - Parameters:
  ///   - base: what the adapter was trained on.
  ///   - folder: the adapter's.
  init(_ base: any ParameterSource, adapter folder: String) throws(EncoderError) {
    let configuration = try AdapterConfiguration(folder: folder)
    do throws(CheckpointError) {
      adapter = try Checkpoint(folder: folder, names: AdapterConfiguration.weights)
    } catch { throw EncoderError(error.text) }
    self.base = base
    let names = Set(base.names)
    for name in adapter.names.sorted() {
      guard let tensor = adapter.tensor(named: name), let part = Part(name) else {
        throw EncoderError("\(adapter.mainFile): tensor '\(name)' is no part of an adapter that is known here")
      }
      switch part {
      case .whole(let name): replaced[Self.resolve(name, in: names) ?? name] = tensor
      case .second: break
      case .first(let layer, let other, let isEmbedding):
        guard let second = adapter.tensor(named: other) else {
          throw EncoderError("\(adapter.mainFile): has '\(name)' of the adapter, but no '\(other)'")
        }
        guard let target = Self.resolve("\(layer).weight", in: names), let matrix = base.parameter(named: target) else {
          throw EncoderError(
            "\(adapter.mainFile): the adapter changes the layer '\(layer)', which \(base.place) does not have")
        }
        changes[target] = try Self.change(
          tensor, second, of: matrix.shape, isEmbedding: isEmbedding, isTransposed: configuration.isTransposed
        ) { configuration.scale(of: layer, rank: $0) }
      }
    }
    guard !changes.isEmpty || !replaced.isEmpty else {
      throw EncoderError("\(adapter.mainFile): holds nothing of an adapter")
    }
  }

  // MARK: - Names

  /// What a tensor of an adapter is, by its name. Names of layers have lost what peft puts before them.
  private enum Part {
    /// A, which is multiplied first, and what B is called.
    case first(layer: String, second: String, isEmbedding: Bool)
    case second
    case whole(String)

    init?(_ name: String) {
      var plain = name[...]
      for prefix in ["base_model.model.", "base_model."] where plain.hasPrefix(prefix) {
        plain = plain.dropFirst(prefix.count)
        break
      }
      for (first, second, isEmbedding) in [
        (".lora_A.", ".lora_B.", false), (".lora_embedding_A", ".lora_embedding_B", true),
      ] {
        if let place = plain.firstRange(of: first) {
          guard isEmbedding || plain.hasSuffix(".weight") else { return nil }
          self = .first(
            layer: String(plain[..<place.lowerBound]), second: name.replacing(first, with: second),
            isEmbedding: isEmbedding)
          return
        }
        if plain.contains(second) {
          guard isEmbedding || plain.hasSuffix(".weight") else { return nil }
          self = .second
          return
        }
      }
      if plain.contains(".lora_") { return nil }
      for inner in [".modules_to_save.default.", ".modules_to_save.", ".base_layer."] {
        if let place = plain.firstRange(of: inner) { plain.replaceSubrange(place, with: ".") }
      }
      self = .whole(String(plain))
    }
  }

  /// The base's name of a tensor: one of them may have a prefix that the other has not.
  private static func resolve(_ name: String, in names: Set<String>) -> String? {
    if names.contains(name) { return name }
    var rest = name[...]
    while let dot = rest.firstIndex(of: ".") {
      rest = rest[rest.index(after: dot)...]
      if rest.contains("."), names.contains(String(rest)) { return String(rest) }
    }
    let longer = names.filter { $0.hasSuffix(".\(name)") }
    return longer.count == 1 ? longer.first : nil
  }

  // MARK: - Matrices

  private static func change(
    _ first: StoredTensor, _ second: StoredTensor, of shape: [Int], isEmbedding: Bool, isTransposed: Bool,
    scale: (_ rank: Int) -> Float
  ) throws(EncoderError) -> Change {
    let (a, b) = (first.entry.shape, second.entry.shape)
    guard a.count == 2, b.count == 2, a[0] == b[1], shape.count == 2 else {
      throw EncoderError(
        "\(first.file.path): '\(first.entry.name)' and '\(second.entry.name)' of the adapter have the shapes \(a) and \(b), "
          + "which are no two factors of a matrix \(shape)")
    }
    let rank = a[0]
    // Embeddings, and matrices of [input, output], are changed by the product's transpose.
    let crosses = isEmbedding || (isTransposed && (shape != [b[0], a[1]] || shape[0] == shape[1]))
    guard shape == (crosses ? [a[1], b[0]] : [b[0], a[1]]) else {
      throw EncoderError(
        "\(first.file.path): '\(first.entry.name)' of the adapter changes a matrix \(crosses ? [a[1], b[0]] : [b[0], a[1]]), the "
          + "base has \(shape)")
    }
    do throws(CheckpointError) {
      let (a, b) = (try first.values(), try second.values())
      func transposed(_ values: [Float], rows: Int, columns: Int) -> [Float] {
        (0..<columns).flatMap { column in (0..<rows).map { values[$0 * columns + column] } }
      }
      return Change(
        left: crosses ? transposed(a, rows: rank, columns: shape[0]) : b,
        right: crosses ? transposed(b, rows: shape[1], columns: rank) : a, rows: shape[0], columns: shape[1],
        rank: rank,
        scale: scale(rank))
    } catch { throw EncoderError(error.text) }
  }

  // MARK: - ParameterSource

  var place: String { base.place }
  var names: [String] { base.names + replaced.keys.filter { base.parameter(named: $0) == nil } }
  var paths: [String] { base.paths + adapter.paths }
  var byteCount: Int { base.byteCount + adapter.byteCount }

  func parameter(named name: String) -> (any ParameterTensor)? {
    if let tensor = replaced[name] { return Replacement(name: name, tensor: tensor) }
    guard let tensor = base.parameter(named: name) else { return nil }
    // By the name that it is stored under: it may have others.
    return changes[tensor.name].map { Changed(base: tensor, change: $0) } ?? tensor
  }

  /// A tensor of the adapter under the base's name.
  private struct Replacement: ParameterTensor {
    let name: String
    let tensor: StoredTensor

    var place: String { tensor.place }
    var type: StoredType { tensor.type }
    var shape: [Int] { tensor.shape }

    func read(_ first: Int, count: Int, into target: UnsafeMutablePointer<Float>) throws(CheckpointError) {
      try tensor.read(first, count: count, into: target)
    }

    func bytesAreEqual(to other: any ParameterTensor) -> Bool? {
      (other as? Replacement).flatMap { tensor.bytesAreEqual(to: $0.tensor) }
    }

    func release() { tensor.release() }
  }

  /// A matrix of the base, and what is added to it.
  private struct Changed: ParameterTensor {
    let base: any ParameterTensor
    let change: Change

    var name: String { base.name }
    var place: String { base.place }
    var type: StoredType { base.type }
    var shape: [Int] { base.shape }

    func read(_ first: Int, count: Int, into target: UnsafeMutablePointer<Float>) throws(CheckpointError) {
      try base.read(first, count: count, into: target)
      let columns = change.columns
      var sum = [Float](repeating: 0, count: columns)
      var done = 0
      while done < count {
        let (row, start) = ((first + done) / columns, (first + done) % columns)
        let run = min(columns - start, count - done)
        sum.withUnsafeMutableBufferPointer { sum in
          change.right.withUnsafeBufferPointer { right in
            for column in 0..<run { sum[column] = 0 }
            for inner in 0..<change.rank {
              let factor = change.left[row * change.rank + inner]
              let place = inner * columns + start
              for column in 0..<run { sum[column] += factor * right[place + column] }
            }
            for column in 0..<run { target[done + column] += change.scale * sum[column] }
          }
        }
        done += run
      }
    }

    func bytesAreEqual(to other: any ParameterTensor) -> Bool? {
      (other as? Changed).flatMap { $0.name == name && base.bytesAreEqual(to: $0.base) == true ? true : nil }
    }

    func release() { base.release() }
  }
}
