import Activations
import Compute
import KernelParameters
import Safetensors
import Support

/// Finds an encoder's parameters by their names, and keeps account of which were used.
///
/// Heads put a prefix on an encoder's names (`bert.`, `roberta.`, `model.` ...): it is found from one tensor that every
/// checkpoint of the family has. Conversions of old checkpoints call a norm's parameters gamma and beta.
final class ParameterReader {
  let parameters: Parameters
  /// The prefix of every name.
  let prefix: String
  private var used: Set<String> = []
  private var parameterCount = 0
  private var storedCounts: [StoredType: Int] = [:]
  private var packing: [PackingJob] = []

  /// Where the word embeddings are stored if not under their own name: the matrix of a masked-LM head is tied to them, and
  /// some checkpoints keep only that.
  private var tied: (name: String, stored: String)?
  private static let tiedMatrices = [
    "cls.predictions.decoder.weight", "lm_head.decoder.weight", "vocab_projector.weight", "generator_lm_head.weight",
    "predictions.decoder.weight", "decoder.weight",
  ]

  /// `anchor` is the tensor that tells the prefix, the word embeddings; the first of `prefixes` that fits is preferred to
  /// any other.
  init(_ parameters: Parameters, anchor: String, prefixes: [String]) throws {
    self.parameters = parameters
    let names = parameters.source.names
    if let known = (prefixes + [""]).first(where: { parameters.has($0 + anchor) }) {
      prefix = known
      return
    }
    let candidates = names.filter { $0.hasSuffix(".\(anchor)") }.sorted()
    guard let name = candidates.first else {
      if let stored = ParameterReader.tiedMatrices.first(where: { parameters.has($0) }) {
        prefix = prefixes.first { prefix in names.contains { $0.hasPrefix(prefix) } } ?? ""
        tied = (prefix + anchor, stored)
        return
      }
      throw EncoderError("\(parameters.source.place): tensor '\(anchor)' is missing, with or without a prefix")
    }
    guard candidates.count == 1 else {
      throw EncoderError(
        "\(parameters.source.place): holds more than one encoder: \(candidates.prefix(4).joined(separator: ", "))"
      )
    }
    prefix = String(name.dropLast(anchor.count))
  }

  func has(_ name: String) -> Bool { parameters.has(prefix + name) }

  /// The tensor `name`, which must have `shape`; where it is missing, `alternative` is looked for.
  func tensor(_ name: String, or alternative: String? = nil, shape: [Int]) throws -> Parameter {
    guard let (tensor, fullName) = find(name) ?? alternative.flatMap(find) else {
      throw missing(prefix + name, shape)
    }
    return try use(tensor, fullName, shape)
  }

  /// A tensor of the encoder that stands elsewhere in the checkpoint, by its full name.
  func tensor(fullName: String, shape: [Int]) throws -> Parameter {
    guard let tensor = parameters.parameter(named: fullName) else {
      throw missing(fullName, shape)
    }
    return try use(tensor, fullName, shape)
  }

  private func missing(_ name: String, _ shape: [Int]) -> EncoderError {
    let place = parameters.source.place
    let layer = name.hasSuffix(".weight") ? name.dropLast("weight".utf8.count) : name[...]
    for packed in ["qweight", "weight_packed", "B_q"] where parameters.has("\(layer)\(packed)") {
      return EncoderError(
        "\(place): the weights are quantized ('\(layer)\(packed)'), which is not read; take the model that they were made of"
      )
    }
    return EncoderError("\(place): tensor '\(name)' is missing; expected it with shape \(shape)")
  }

  private func use(_ tensor: Parameter, _ name: String, _ shape: [Int]) throws -> Parameter {
    try check(tensor, name, shape)
    // By the name that it is stored under: it may have others.
    if used.insert(tensor.name).inserted {
      parameterCount += tensor.count
      storedCounts[tensor.type, default: 0] += tensor.count
    }
    return tensor
  }

  private func check(_ tensor: Parameter, _ name: String, _ shape: [Int]) throws {
    let place: MessageText = "\(tensor.place): tensor '\(name)'"
    guard tensor.type.isWeight else {
      if [.float8e4m3, .float8e5m2, .signed8].contains(tensor.type) {
        throw EncoderError(
          "\(place): is quantized (\(tensor.stored.typeName)) in a form that config.json does not name (quantization_config) or that "
            + "is not read; take the model that it was made of")
      }
      throw EncoderError("\(place): expected F64, F32, F16 or BF16, found \(tensor.stored.typeName)")
    }
    guard tensor.shape == shape else {
      throw EncoderError("\(place): expected shape \(shape), found \(tensor.shape)")
    }
  }

  /// A tensor of the head on top of the encoder, by its full name. It does not count as one of the encoder's.
  func headTensor(_ name: String, or alternative: String? = nil, shape: [Int]) throws -> Parameter {
    for name in [name] + (alternative.map { [$0] } ?? []) {
      guard let tensor = parameters.parameter(named: name) else { continue }
      try check(tensor, name, shape)
      return tensor
    }
    throw EncoderError(
      "\(parameters.source.place): tensor '\(name)' of the masked-LM head is missing; expected it with shape \(shape)"
    )
  }

  private func find(_ name: String) -> (Parameter, String)? {
    let name = prefix + name
    let stored = tied.flatMap { $0.name == name ? $0.stored : nil } ?? name
    return parameters.parameter(named: stored).map { ($0, stored) }
  }

  /// A matrix whose rows are looked up by an id.
  func embedding(_ name: String, rows: Int, columns: Int) throws -> EmbeddingTable {
    EmbeddingTable(tensor: try tensor("\(name).weight", shape: [rows, columns]), rows: rows, columns: columns)
  }

  /// The parameters of a layer normalization.
  func layerNorm(_ name: String, size: Int, epsilon: Float, hasBias: Bool = true) throws -> LayerNorm {
    LayerNorm(
      weight: try tensor("\(name).weight", or: "\(name).gamma", shape: [size]).values(),
      bias: hasBias
        ? try tensor("\(name).bias", or: "\(name).beta", shape: [size]).values() : [Float](repeating: 0, count: size),
      epsilon: epsilon)
  }

  /// A dense layer whose outputs are those of the layers `names` one after the other, `outputSize` each.
  ///
  /// Its weights are read by `pack`, which has to be called before the layer is used.
  func dense(
    _ names: String..., inputSize: Int, outputSize: Int, activation: ActivationFunction = .identity,
    hasBias: Bool = true
  ) throws -> Dense {
    let weights = try names.map { try tensor("\($0).weight", shape: [outputSize, inputSize]) }
    var bias: FloatStorage?
    if hasBias {
      let storage = FloatStorage(count: outputSize * names.count)
      for (index, name) in names.enumerated() {
        try tensor("\(name).bias", shape: [outputSize])
          .read(0, count: outputSize, into: storage.pointer + index * outputSize)
      }
      bias = storage
    }
    let parts = weights.map { WeightPart(rows: 0..<outputSize, of: $0, columns: inputSize) }
    return dense(parts, inputSize: inputSize, activation: activation, bias: bias)
  }

  /// A dense layer made of parts of stored tensors.
  func dense(
    _ parts: [WeightPart], inputSize: Int, activation: ActivationFunction, bias: FloatStorage?
  ) -> Dense {
    let dense = Dense(
      inputSize: inputSize, outputSize: parts.reduce(0) { $0 + $1.rows }, activation: activation, bias: bias)
    packing.append(PackingJob(dense: dense, parts: parts))
    return dense
  }

  /// The output projection of a layer, [size, size], for those who look at its weights: nothing is read yet.
  func outputProjection(_ name: String, size: Int, hasBias: Bool = true) throws -> OutputProjection {
    let weight = try tensor("\(name).weight", shape: [size, size])
    let bias = hasBias ? try tensor("\(name).bias", shape: [size]) : nil
    return OutputProjection(weight: weight.tensor, bias: { try bias?.tensor() })
  }

  /// A vector in memory of its own.
  func vector(_ name: String, size: Int) throws -> FloatStorage {
    let storage = FloatStorage(count: size)
    try tensor(name, shape: [size]).read(0, count: size, into: storage.pointer)
    return storage
  }

  /// Brings the weights of all dense layers into the layout that they are used in.
  func pack() throws {
    if !parameters.isOnlyChecked { try PackingJob.run(packing, on: parameters.engine) }
    packing = []
  }

  /// What has been used up to now, and what has not.
  var account: Account {
    Account(
      count: parameterCount,
      storedType: storedCounts.max { ($0.value, $0.key.rawValue) < ($1.value, $1.key.rawValue) }?.key ?? .float32,
      ignored: parameters.source.names.filter { !used.contains($0) }.sorted())
  }

  struct Account: Sendable {
    /// How many parameters the encoder uses.
    let count: Int
    /// How most of them are stored.
    let storedType: StoredType
    /// What the checkpoint holds and the encoder does not use.
    let ignored: [String]
  }
}
