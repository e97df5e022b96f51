import Activations
import KernelParameters
import Synchronization

/// What a checkpoint for masked language modelling puts on top of an encoder: a dense layer with an activation, a norm, and a
/// product with the embedding of every token of the vocabulary.
///
/// `BertLMPredictionHead` in Hugging Face's `modeling_bert.py` and its relatives; families differ in names and sizes.
struct MaskedLMHead: Sendable {
  private let transform: Dense
  private let norm: LayerNorm
  /// [vocabulary, size]: the embeddings of words in most checkpoints, which then do not store them a second time.
  private let decoder: EmbeddingTable
  /// [vocabulary]
  private let bias: [Float]

  /// What the parameters are called, from the root of the checkpoint.
  struct Names {
    var dense: String
    var norm: String
    var decoder: String
    /// The first that is there.
    var biases: [String]

    /// `RobertaLMHead`'s, which MPNet has too.
    static let roberta = Names(
      dense: "lm_head.dense", norm: "lm_head.layer_norm", decoder: "lm_head.decoder.weight",
      biases: ["lm_head.bias", "lm_head.decoder.bias"])

    /// `BertOnlyMLMHead`'s.
    static let bert = Names(
      dense: "cls.predictions.transform.dense", norm: "cls.predictions.transform.LayerNorm",
      decoder: "cls.predictions.decoder.weight", biases: ["cls.predictions.bias", "cls.predictions.decoder.bias"])
  }

  /// Nil where the checkpoint has no such head. `words` are the embeddings that the decoder is tied to, `size` theirs.
  init?(
    _ configuration: Configuration, _ reader: ParameterReader, _ names: Names, words: EmbeddingTable, hidden: Int,
    activation: ActivationFunction, epsilon: Float, hasDenseBias: Bool = true, hasNormBias: Bool = true
  ) throws {
    let biasName = names.biases.first { reader.checkpoint.tensor(named: $0) != nil }
    let ownDecoder = reader.checkpoint.tensor(named: names.decoder)
    // A classifier may have the dense layer, and not what leads to the vocabulary.
    guard reader.checkpoint.tensor(named: "\(names.dense).weight") != nil, biasName != nil || ownDecoder != nil
    else { return nil }
    let isTied = try configuration.optionalBool("tie_word_embeddings") ?? true
    let size = words.columns
    if !isTied, ownDecoder != nil {
      let tensor = try reader.headTensor(names.decoder, shape: [words.rows, size])
      decoder = EmbeddingTable(tensor: tensor, rows: words.rows, columns: size)
    } else {
      decoder = words
    }
    bias =
      try biasName.map { try reader.headTensor($0, shape: [words.rows]).values() }
      ?? [Float](repeating: 0, count: words.rows)
    norm = LayerNorm(
      weight: try reader.headTensor("\(names.norm).weight", or: "\(names.norm).gamma", shape: [size]).values(),
      bias: hasNormBias
        ? try reader.headTensor("\(names.norm).bias", or: "\(names.norm).beta", shape: [size]).values()
        : [Float](repeating: 0, count: size),
      epsilon: epsilon)
    let weight = try reader.headTensor("\(names.dense).weight", shape: [size, hidden])
    let denseBias = hasDenseBias ? try reader.headTensor("\(names.dense).bias", shape: [size]).tensor().storage : nil
    transform = reader.dense(
      [WeightPart(rows: 0..<size, of: weight, columns: hidden)], inputSize: hidden, activation: activation,
      bias: denseBias)
  }

  /// [position, vocabulary] for some rows of `hidden`, [position, hidden], which the encoder gave last.
  func logits(_ hidden: Tensor, at positions: [Int], _ pass: ForwardPass) throws -> Tensor {
    let (rows, size, vocabulary) = (positions.count, decoder.columns, decoder.rows)
    guard rows > 0 else { return Tensor(shape: [0, vocabulary], []) }
    let picked = pass.storage(rows: rows, columns: transform.inputSize)
    for (row, position) in positions.enumerated() {
      for i in 0..<transform.inputSize { picked.pointer[row * transform.inputSize + i] = hidden[position, i] }
    }
    let transformed = pass.storage(rows: rows, columns: size)
    try pass.dense(transform, picked.pointer, rows: rows, into: transformed.pointer)
    norm.apply(to: transformed.pointer, into: transformed.pointer, rows: rows, on: pass.engine)
    let result = FloatStorage(count: rows * vocabulary)
    let next = Atomic(0)
    let failure = Mutex<(any Error)?>(nil)
    let (engine, block) = (pass.engine, MaskedLMHead.block)
    engine.team.run(engine.team.size) { _, _ in
      let embeddings = FloatStorage(count: block * size)
      let panels = FloatStorage(count: engine.kernels.panelCount(inner: size, columns: block))
      while case let first = next.wrappingAdd(block, ordering: .relaxed).oldValue, first < vocabulary {
        let count = min(block, vocabulary - first)
        do {
          try decoder.tensor.read(first * size, count: count * size, into: embeddings.pointer)
        } catch {
          return failure.withLock { $0 = $0 ?? error }
        }
        bias.withUnsafeBufferPointer { bias in
          engine.kernels.multiply(
            transformed.pointer, stride: size, rows: rows, inner: size, byTransposed: embeddings.pointer, stride: size,
            columns: count, bias: bias.baseAddress.map { $0 + first }, panels: panels.pointer,
            into: result.pointer + first, stride: vocabulary)
        }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
    return Tensor(storage: result, shape: [rows, vocabulary])
  }

  /// How many tokens are compared at a time: few enough that their embeddings stay in the second-level cache.
  private static let block = 256
}
