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
  func tensor(
    of description: EncoderDescription, _ selection: ExportSelection, batch: Int, length: Int
  ) -> ExportedTensor {
    let heads = [batch] + (selection.heads.map { [$0.count] } ?? [description.layers, description.heads])
    return switch self {
    case .inputIDs, .attentionMask, .tokenTypeIDs:
      ExportedTensor(name: rawValue, type: .int64, shape: [batch, length])
    case .attentions, .scaledScores, .maskedScores:
      ExportedTensor(name: rawValue, type: .float32, shape: heads + [selection.queries(of: length).count, length])
    case .hiddenStates:
      ExportedTensor(
        name: rawValue, type: .float32, shape: [batch, description.layers + 1, length, description.hiddenSize])
    case .queries, .keys, .values, .context:
      ExportedTensor(name: rawValue, type: .float32, shape: heads + [length, description.headSize])
    }
  }

  /// Hands over the numbers of one sentence, in the order of the tensor's axes, in pieces; what its own positions leave of
  /// `length` is 0. Of probabilities that are not held, no more than some rows of a head are there at a time.
  func forEachPiece(
    of encoding: Encoding, _ selection: ExportSelection, length: Int, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) rethrows {
    let layers = encoding.trace.layers
    switch self {
    case .inputIDs: try integers(encoding.input.inputIDs.lazy.map(Int64.init), length, body)
    case .tokenTypeIDs: try integers(encoding.input.tokenTypeIDs.lazy.map(Int64.init), length, body)
    case .attentionMask: try integers(encoding.exportedAttentionMask.lazy.map { $0 ? 1 : 0 }, length, body)
    case .hiddenStates:
      for state in encoding.trace.hiddenStates { try state.filled([0], to: length).forEachPiece(body) }
    case .queries, .keys, .values, .context:
      guard let heads = selection.heads else {
        for layer in layers { try vectors(layer).filled([1], to: length).forEachPiece(body) }
        return
      }
      for head in heads {
        try vectors(layers[head.layer])[slice: head.head].filled([0], to: length).forEachPiece(body)
      }
    case .attentions where selection.isAll && !encoding.trace.isReadInParts:
      for layer in layers { try layer.attentionProbabilities.filled([1, 2], to: length).forEachPiece(body) }
    case .attentions, .scaledScores, .maskedScores:
      let queries = selection.queries(of: length)
      for head in selection.heads(of: encoding.trace) {
        for rows in ExportSelection.blocks(of: queries, keys: length) {
          let own = rows.clamped(to: 0..<encoding.trace.queries)
          try matrix(layers[head.layer], head.head, own).filled([0: rows.count, 1: length]).forEachPiece(body)
        }
      }
    }
  }

  private func integers(
    _ values: some Sequence<Int64>, _ length: Int, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) rethrows {
    var numbers = Array(values)
    numbers += [Int64](repeating: 0, count: max(0, length - numbers.count))
    try numbers.withUnsafeBytes(body)
  }

  /// What a layer has of it, [head, position, headSize].
  private func vectors(_ layer: LayerTrace) -> Tensor {
    switch self {
    case .queries: layer.queries
    case .keys: layer.keys
    case .values: layer.values
    default: layer.contextLayer
    }
  }

  /// What a layer has of it for some queries of a head, [queries, key].
  private func matrix(_ layer: LayerTrace, _ head: Int, _ queries: Range<Int>) -> Tensor {
    if queries.isEmpty { return Tensor(shape: [0, 0], []) }
    return switch self {
    case .scaledScores: layer.scaledScores(head: head, queries: queries)
    case .maskedScores: layer.maskedScores(head: head, queries: queries)
    default: layer.probabilities(head: head, queries: queries)
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

  /// The same with 0 behind the numbers of some axes, so that these have the length of the longest sentence.
  fileprivate func filled(_ axes: [Int], to length: Int) -> Tensor {
    filled(Dictionary(uniqueKeysWithValues: axes.map { ($0, length) }))
  }

  /// The same numbers in the corner of a larger tensor, 0 elsewhere: some axes have another length.
  fileprivate func filled(_ lengths: [Int: Int]) -> Tensor {
    var shape = self.shape
    for (axis, length) in lengths { shape[axis] = length }
    guard shape != self.shape else { return self }
    return Tensor(shape: shape) { result in
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
