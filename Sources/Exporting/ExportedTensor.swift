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

  /// Hands over the numbers of one sentence, in the order of the tensor's axes, in pieces; what its own positions leave of
  /// `length` is 0.
  func forEachPiece(
    of encoding: Encoding, length: Int, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) rethrows {
    func integers(_ values: some Sequence<Int64>) throws {
      var numbers = Array(values)
      numbers += [Int64](repeating: 0, count: max(0, length - numbers.count))
      try numbers.withUnsafeBytes(body)
    }
    /// `axes` are those of positions.
    func numbers(_ tensor: Tensor, _ axes: Int...) throws {
      var shape = tensor.shape
      for axis in axes { shape[axis] = length }
      try (shape == tensor.shape ? tensor : tensor.filledUp(to: shape)).forEachPiece(body)
    }
    let layers = encoding.trace.layers
    switch self {
    case .inputIDs: try integers(encoding.input.inputIDs.lazy.map(Int64.init))
    case .tokenTypeIDs: try integers(encoding.input.tokenTypeIDs.lazy.map(Int64.init))
    case .attentionMask: try integers(encoding.exportedAttentionMask.lazy.map { $0 ? 1 : 0 })
    case .attentions: for layer in layers { try numbers(layer.attentionProbabilities, 1, 2) }
    case .hiddenStates: for state in encoding.trace.hiddenStates { try numbers(state, 0) }
    case .queries: for layer in layers { try numbers(layer.queries, 1) }
    case .keys: for layer in layers { try numbers(layer.keys, 1) }
    case .values: for layer in layers { try numbers(layer.values, 1) }
    case .context: for layer in layers { try numbers(layer.contextLayer, 1) }
    case .scaledScores: for layer in layers { try numbers(layer.scaledScores(), 1, 2) }
    case .maskedScores: for layer in layers { try numbers(layer.maskedScores(), 1, 2) }
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

  /// The same numbers in the corner of a larger tensor, 0 elsewhere.
  fileprivate func filledUp(to shape: [Int]) -> Tensor {
    Tensor(shape: shape) { result in
      result.update(repeating: 0)
      copy(axis: 0, from: offset, to: result, at: 0, Tensor.rowMajorStrides(of: shape))
    }
  }

  private func copy(
    axis: Int, from start: Int, to target: UnsafeMutableBufferPointer<Float>, at place: Int, _ targetStrides: [Int]
  ) {
    if axis == shape.count - 1, strides[axis] == 1 {
      guard let base = target.baseAddress else { return }
      (base + place).update(from: storage.pointer + start, count: shape[axis])
    } else if axis < shape.count {
      for i in 0..<shape[axis] {
        copy(
          axis: axis + 1, from: start + i * strides[axis], to: target, at: place + i * targetStrides[axis],
          targetStrides)
      }
    } else {
      target[place] = storage.pointer[start]
    }
  }
}
