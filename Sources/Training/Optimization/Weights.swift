import Activations
import Encoders
import Safetensors
import Support

/// The parameters of a network, as its layout says: the master copy that training changes.
final class Weights<Real: BinaryFloatingPoint & Sendable> {
  let layout: ParameterLayout
  /// All but the embeddings of words.
  let values: Numbers<Real>
  /// [vocabulary, size]
  let words: Numbers<Real>
  /// Which entries the checkpoint did not have: they were drawn at random.
  let newEntries: Set<Int>
  /// What entries are stored under where that is not their name: transformers keeps gamma and beta of old checkpoints, too.
  private let oldNames: [Int: String]

  /// Reads the parameters of `network` out of a store, by Hugging Face's names with or without the prefix of the base model,
  /// and draws what it lacks of the head.
  ///
  /// - Throws: where the encoder lacks a parameter, or one has another shape.
  init(
    _ network: Network, from store: ParameterStore, drawsHead: Bool, seed: UInt64
  ) throws(TrainingError) {
    layout = network.layout
    values = Numbers(layout.count)
    words = Numbers(layout.words.count)
    let names = CheckpointNames(store, network.architecture)
    guard let table = names.words(layout.words) else {
      throw TrainingError("the checkpoint lacks '\(layout.words.name)'")
    }
    try Weights.read(table, layout.words, into: words.pointer)
    var generator = SeededGenerator(seed: seed)
    var new: Set<Int> = []
    var oldNames: [Int: String] = [:]
    for (index, entry) in layout.entries.enumerated() {
      let target = values.pointer + entry.offset
      let isOptional = entry.isInHead || network.headEntries.contains(index)
      if let (tensor, isOld) = names.find(entry), !(entry.isInHead && drawsHead) {
        try Weights.read(tensor, entry, into: target)
        if isOld { oldNames[index] = CheckpointNames.oldName(entry.name) }
      } else if isOptional {
        new.insert(index)
        Weights.draw(
          entry, deviation: network.architecture.initializerRange, into: target, using: &generator)
      } else {
        throw TrainingError("the checkpoint lacks '\(entry.name)'")
      }
    }
    newEntries = new
    self.oldNames = oldNames
  }

  /// The parameters of a layout that has nothing but a head, all of which the store has to have.
  static func head(
    _ layout: ParameterLayout, _ architecture: Architecture, from store: ParameterStore
  ) throws(TrainingError) -> Numbers<Real> {
    let values = Numbers<Real>(layout.count)
    let names = CheckpointNames(store, architecture)
    for entry in layout.entries {
      guard let tensor = names.tensor(entry) else { throw TrainingError("the checkpoint lacks '\(entry.name)'") }
      try read(tensor, entry, into: values.pointer + entry.offset)
    }
    return values
  }

  private static func read(
    _ tensor: Tensor, _ entry: ParameterLayout.Entry, into target: UnsafeMutablePointer<Real>
  ) throws(TrainingError) {
    guard tensor.shape == entry.shape else {
      throw TrainingError(
        "the checkpoint's '\(entry.name)' has the shape \(tensor.shape), expected \(entry.shape)")
    }
    let source = tensor.storage.pointer + tensor.offset
    for index in 0..<entry.count {
      guard source[index].isFinite else {
        throw TrainingError(
          "the checkpoint's '\(entry.name)' holds \(source[index].isNaN ? "NaN" : "infinity"): nothing can be learnt from it"
        )
      }
      target[index] = Real(source[index])
    }
  }

  /// A new parameter: weights from a normal distribution, biases 0, norms the identity.
  private static func draw(
    _ entry: ParameterLayout.Entry, deviation: Double, into target: UnsafeMutablePointer<Real>,
    using generator: inout SeededGenerator
  ) {
    if entry.name.hasSuffix("bias") {
      target.update(repeating: 0, count: entry.count)
    } else if entry.shape.count == 1 {
      target.update(repeating: 1, count: entry.count)
    } else {
      for index in 0..<entry.count { target[index] = Real(generator.normal() * deviation) }
    }
  }

  /// The parameters as they are now, in float32, by the names that `save_pretrained` writes. `wordScale` is what rows of the
  /// embeddings that no step has touched still have to be multiplied by.
  func store(wordScale: Double, isTouched: (Int) -> Bool) -> ParameterStore {
    var store = ParameterStore()
    let size = layout.words.shape[1]
    store[layout.words.name] = Tensor(shape: layout.words.shape) { target in
      for row in 0..<layout.words.shape[0] {
        let scale = isTouched(row) ? 1 : Real(wordScale)
        for index in row * size..<(row + 1) * size { target[index] = Float(words.pointer[index] * scale) }
      }
    }
    for (index, entry) in layout.entries.enumerated() {
      store[oldNames[index] ?? entry.name] = Tensor(shape: entry.shape) { target in
        let source = values.pointer + entry.offset
        for index in 0..<entry.count { target[index] = Float(source[index]) }
      }
    }
    return store
  }
}

extension SeededGenerator {
  /// A number of the standard normal distribution (Box & Muller 1958).
  mutating func normal() -> Double {
    let radius = (-2 * logarithm(1 - unit())).squareRoot()
    return radius * cosine(2 * .pi * unit())
  }
}

/// Finds the parameters of a network in a store, whose names may lack the prefix of the base model, or have another.
private struct CheckpointNames {
  private let store: ParameterStore
  private let base: String
  private let prefix: String

  init(_ store: ParameterStore, _ architecture: Architecture) {
    self.store = store
    base = architecture.basePrefix
    let anchor = String(architecture.embeddings.words.dropFirst(base.count))
    if store[base + anchor] != nil {
      prefix = base
    } else if store[anchor] != nil {
      prefix = ""
    } else {
      let found = store.names.first { $0.hasSuffix(".\(anchor)") }
      prefix = found.map { String($0.dropLast(anchor.count)) } ?? base
    }
  }

  func tensor(_ entry: ParameterLayout.Entry) -> Tensor? { find(entry)?.tensor }

  /// The parameter, and whether it is stored under its old name.
  func find(_ entry: ParameterLayout.Entry) -> (tensor: Tensor, isOld: Bool)? {
    let name = entry.name.hasPrefix(base) && !entry.isInHead ? prefix + entry.name.dropFirst(base.count) : entry.name
    return store[name].map { ($0, false) } ?? store[Self.oldName(name)].map { ($0, true) }
  }

  /// What conversions of old checkpoints call a norm's weight and bias: gamma and beta.
  static func oldName(_ name: String) -> String {
    name.hasSuffix(".weight") ? String(name.dropLast(6)) + "gamma" : String(name.dropLast(4)) + "beta"
  }

  /// The embeddings of words, which some checkpoints only keep as the matrix that predicts them.
  func words(_ entry: ParameterLayout.Entry) -> Tensor? {
    tensor(entry)
      ?? [
        "cls.predictions.decoder.weight", "lm_head.decoder.weight", "vocab_projector.weight",
        "generator_lm_head.weight", "predictions.decoder.weight", "decoder.weight",
      ].lazy.compactMap { store[$0] }.first
  }
}
