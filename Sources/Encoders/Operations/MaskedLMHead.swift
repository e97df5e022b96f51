import Activations
import Compute
import KernelParameters
import Synchronization

/// What a checkpoint for masked language modelling puts on top of an encoder: a dense layer with an activation, a norm, and a
/// product with the embedding of every token of the vocabulary.
///
/// `BertLMPredictionHead` in Hugging Face's `modeling_bert.py` and its relatives; families differ in names and sizes, and decoders have
/// the product alone.
package struct MaskedLMHead: Sendable {
  /// What comes before the product.
  private struct Transform {
    let dense: Dense
    let norm: LayerNorm
  }

  private let transform: Transform?
  /// [vocabulary, size]: the embeddings of words in most checkpoints, which then do not store them a second time.
  private let decoder: EmbeddingTable
  /// [vocabulary]
  private let bias: [Float]

  /// What the parameters are called, from the root of the checkpoint.
  package struct Names: Sendable {
    package var dense: String
    package var norm: String
    /// Whether there are the dense layer and its norm; else the product with the decoder is all there is.
    package var hasTransform = true
    /// The matrix, where it is one of its own or can be; nil where it always is the embeddings.
    package var decoder: String?
    /// Tied to the decoder's bias; nil where the head has only the latter.
    package var bias: String?
    package var decoderBias: String
    /// Whether there is a bias at all.
    package var hasBias = true
    /// What the decoder's rows have, where that is not what the embeddings have.
    package var columns: Int?
    /// Whether the decoder is the embeddings unless the configuration says something else; nil where it never is.
    package var isTied: Bool? = true

    package init(dense: String, norm: String, decoder: String?, bias: String?, decoderBias: String) {
      (self.dense, self.norm) = (dense, norm)
      (self.decoder, self.bias, self.decoderBias) = (decoder, bias, decoderBias)
    }

    /// A product with a matrix of its own, or with the embeddings.
    package init(product decoder: String, bias: String, hasBias: Bool, isTied: Bool) {
      (dense, norm, hasTransform) = ("", "", false)
      (self.decoder, decoderBias, self.hasBias, self.isTied) = (decoder, bias, hasBias, isTied)
    }

    /// `RobertaLMHead`'s, which MPNet has too.
    package static let roberta = Names(
      dense: "lm_head.dense", norm: "lm_head.layer_norm", decoder: "lm_head.decoder.weight", bias: "lm_head.bias",
      decoderBias: "lm_head.decoder.bias")

    /// `BertOnlyMLMHead`'s.
    package static let bert = Names(
      dense: "cls.predictions.transform.dense", norm: "cls.predictions.transform.LayerNorm",
      decoder: "cls.predictions.decoder.weight", bias: "cls.predictions.bias",
      decoderBias: "cls.predictions.decoder.bias")
  }

  /// A head, and what should be known about it.
  struct Found {
    var head: MaskedLMHead?
    /// A line for each thing that the configuration does not lead to expect.
    var notes: [String] = []
  }

  /// The head of a checkpoint, if it has one. `words` are the embeddings that the decoder is tied to, unless the configuration
  /// or the file says otherwise.
  static func find(
    _ configuration: Configuration, _ reader: ParameterReader, _ names: Names, words: EmbeddingTable, hidden: Int,
    activation: ActivationFunction, epsilon: Float, hasDenseBias: Bool = true, hasNormBias: Bool = true
  ) throws -> Found {
    let stored = [names.bias, names.decoderBias, names.decoder].compactMap(\.self).filter(reader.parameters.has)
    let isTied = try names.isTied.map { try configuration.optionalBool("tie_word_embeddings") ?? $0 } ?? false
    if names.hasTransform {
      // A classifier may have the dense layer, and not what leads to the vocabulary.
      guard reader.parameters.has("\(names.dense).weight"), !stored.isEmpty else { return Found() }
    } else if stored.isEmpty {
      // Of a head that is the embeddings there is nothing in the file.
      guard isTied, configuration.predictsTokens else { return Found() }
    }
    if !isTied, let decoder = names.decoder, !stored.contains(decoder) {
      let reason = names.isTied == nil ? "" : "tie_word_embeddings is false, and "
      return Found(notes: [reason + "'\(decoder)' is missing: nothing predicts [MASK]"])
    }
    var notes: [String] = []
    let decoder = try decoder(names, reader, words: words, isTied: isTied, &notes)
    let bias =
      names.hasBias
      ? try bias(names, reader, vocabulary: words.rows, isTied: isTied, &notes)
      : [Float](repeating: 0, count: words.rows)
    let size = decoder.columns
    guard names.hasTransform else {
      guard size == hidden else {
        throw EncoderError("\(reader.parameters.source.place): the head predicts from \(size) numbers, not \(hidden)")
      }
      return Found(head: MaskedLMHead(transform: nil, decoder: decoder, bias: bias), notes: notes)
    }
    let norm = LayerNorm(
      weight: try reader.headTensor("\(names.norm).weight", or: "\(names.norm).gamma", shape: [size]).values(),
      bias: hasNormBias
        ? try reader.headTensor("\(names.norm).bias", or: "\(names.norm).beta", shape: [size]).values()
        : [Float](repeating: 0, count: size),
      epsilon: epsilon)
    let weight = try reader.headTensor("\(names.dense).weight", shape: [size, hidden])
    let denseBias = hasDenseBias ? try reader.headTensor("\(names.dense).bias", shape: [size]).tensor().storage : nil
    let dense = reader.dense(
      [WeightPart(rows: 0..<size, of: weight, columns: hidden)], inputSize: hidden, activation: activation,
      bias: denseBias)
    return Found(
      head: MaskedLMHead(transform: Transform(dense: dense, norm: norm), decoder: decoder, bias: bias), notes: notes)
  }

  /// Tied matrices are the embeddings, unless the file holds another one: as `tie_weights` of transformers 5 decides.
  private static func decoder(
    _ names: Names, _ reader: ParameterReader, words: EmbeddingTable, isTied: Bool, _ notes: inout [String]
  ) throws -> EmbeddingTable {
    guard let name = names.decoder, reader.parameters.has(name) else { return words }
    let columns = names.columns ?? words.columns
    let tensor = try reader.headTensor(name, shape: [words.rows, columns])
    if isTied {
      guard !tensor.hasSameNumbers(as: words.tensor) else { return words }
      notes.append(
        "'\(name)' is not the embeddings, though the configuration ties them: it is used as it is stored")
    }
    return EmbeddingTable(tensor: tensor, rows: words.rows, columns: columns)
  }

  /// Two biases are tied as the matrices are; of two that are not, the decoder's own counts.
  private static func bias(
    _ names: Names, _ reader: ParameterReader, vocabulary: Int, isTied: Bool, _ notes: inout [String]
  ) throws -> [Float] {
    func stored(_ name: String?) throws -> Parameter? {
      guard let name, reader.parameters.has(name) else { return nil }
      return try reader.headTensor(name, shape: [vocabulary])
    }
    let own = try stored(names.decoderBias)
    let other = try stored(names.bias)
    if isTied {
      if let own, let other, let name = names.bias, !own.hasSameNumbers(as: other) {
        notes.append(
          "'\(names.decoderBias)' differs from '\(name)', though the configuration ties them: the former is used"
        )
      }
      if let used = own ?? other { return try used.values() }
    } else if let own {
      return try own.values()
    }
    let unused = other == nil ? "" : "; '\(names.bias ?? "")' is not tied to it and not used"
    notes.append("'\(names.decoderBias)' is missing and taken as zero, as transformers does\(unused)")
    return [Float](repeating: 0, count: vocabulary)
  }

  /// [position, vocabulary] for some rows of `hidden`, [position, hidden], which the encoder gave last.
  func logits(_ hidden: Tensor, at positions: [Int], _ pass: ForwardPass) throws -> Tensor {
    let (rows, size, vocabulary) = (positions.count, decoder.columns, decoder.rows)
    guard rows > 0 else { return Tensor(shape: [0, vocabulary], []) }
    let inputs = transform?.dense.inputSize ?? size
    let picked = pass.storage(rows: rows, columns: inputs)
    for (row, position) in positions.enumerated() {
      for i in 0..<inputs { picked.pointer[row * inputs + i] = hidden[position, i] }
    }
    var transformed = picked
    if let transform {
      transformed = pass.storage(rows: rows, columns: size)
      try pass.dense(transform.dense, picked.pointer, rows: rows, into: transformed.pointer)
      transform.norm.apply(to: transformed.pointer, into: transformed.pointer, rows: rows, on: pass.engine)
    }
    let input = transformed
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
            input.pointer, stride: size, rows: rows, inner: size, byTransposed: embeddings.pointer, stride: size,
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
