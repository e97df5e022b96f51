import Activations

/// A tensor of an export: what its place in the file is made from before any number is known.
struct ExportedTensor: Equatable {
  enum ElementType: Equatable {
    case int64, float32

    var bytes: Int { self == .int64 ? 8 : 4 }
  }

  let name: String
  let type: ElementType
  /// The first axis is the batch.
  let shape: [Int]

  var bytes: Int { shape.reduce(type.bytes, *) }
}

/// What of an encoder's computation goes into a file.
enum ExportedQuantity: String, CaseIterable {
  case inputIDs = "input_ids"
  case attentionMask = "attention_mask"
  case tokenTypeIDs = "token_type_ids"
  case attentions
  case hiddenStates = "hidden_states"
  case queries, keys, values
  case scaledScores = "scaled_scores"
  case maskedScores = "masked_scores"
  case context

  /// What an export holds, in the order in which it is written.
  static func exported(by description: EncoderDescription, stages: Bool) -> [ExportedQuantity] {
    var quantities: [ExportedQuantity] = [.inputIDs, .attentionMask]
    if description.tokenTypes > 1 { quantities.append(.tokenTypeIDs) }
    quantities += [.attentions, .hiddenStates]
    if stages { quantities += [.queries, .keys, .values, .scaledScores, .maskedScores, .context] }
    return quantities
  }

  /// Its place in a file for `batch` sentences of `length` positions.
  func tensor(of description: EncoderDescription, batch: Int, length: Int) -> ExportedTensor {
    let heads = [batch, description.layers, description.heads]
    return switch self {
    case .inputIDs, .attentionMask, .tokenTypeIDs:
      ExportedTensor(name: rawValue, type: .int64, shape: [batch, length])
    case .attentions, .scaledScores, .maskedScores:
      ExportedTensor(name: rawValue, type: .float32, shape: heads + [length, length])
    case .hiddenStates:
      ExportedTensor(
        name: rawValue, type: .float32, shape: [batch, description.layers + 1, length, description.hiddenSize])
    case .queries, .keys, .values, .context:
      ExportedTensor(name: rawValue, type: .float32, shape: heads + [length, description.headSize])
    }
  }

  /// Hands over the numbers of one sentence, in the order of the tensor's axes, in pieces.
  func forEachPiece(of encoding: Encoding, _ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
    func integers(_ values: some Sequence<Int64>) throws { try Array(values).withUnsafeBytes(body) }
    let layers = encoding.trace.layers
    switch self {
    case .inputIDs: try integers(encoding.input.inputIDs.lazy.map(Int64.init))
    case .tokenTypeIDs: try integers(encoding.input.tokenTypeIDs.lazy.map(Int64.init))
    case .attentionMask: try integers(encoding.exportedAttentionMask.lazy.map { $0 ? 1 : 0 })
    case .attentions: for layer in layers { try layer.attentionProbabilities.forEachPiece(body) }
    case .hiddenStates: for state in encoding.trace.hiddenStates { try state.forEachPiece(body) }
    case .queries: for layer in layers { try layer.queries.forEachPiece(body) }
    case .keys: for layer in layers { try layer.keys.forEachPiece(body) }
    case .values: for layer in layers { try layer.values.forEachPiece(body) }
    case .context: for layer in layers { try layer.contextLayer.forEachPiece(body) }
    case .scaledScores: for layer in layers { try layer.scaledScores().forEachPiece(body) }
    case .maskedScores: for layer in layers { try layer.maskedScores().forEachPiece(body) }
    }
  }
}

extension Encoding {
  /// The mask by position as it would be given to Hugging Face's model: without masking, PAD counts as a word.
  fileprivate var exportedAttentionMask: [Bool] {
    request.maskMode == .none ? [Bool](repeating: true, count: input.count) : input.attentionMask
  }
}

extension Tensor {
  /// The numbers in row-major order, in pieces that lie together in memory.
  fileprivate func forEachPiece(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
    if isRowMajor {
      try body(UnsafeRawBufferPointer(start: storage.pointer + offset, count: count * MemoryLayout<Float>.stride))
    } else if shape.count > 1 {
      for index in 0..<shape[0] { try self[slice: index].forEachPiece(body) }
    } else {
      try values().withUnsafeBytes(body)
    }
  }
}
