import Activations
import Compute
import KernelParameters

extension ParameterReader {
  /// Some outputs of a stored dense layer, in the order in which they are wanted.
  struct Outputs {
    let linear: Linear
    /// How many outputs are stored.
    let stored: Int
    let wanted: [Range<Int>]

    /// All outputs.
    init(_ linear: Linear, _ count: Int) {
      self.init(linear, of: count, [0..<count])
    }

    /// Some of `stored` outputs.
    init(_ linear: Linear, of stored: Int, _ wanted: [Range<Int>]) {
      self.linear = linear
      self.stored = stored
      self.wanted = wanted
    }
  }

  /// The name of a layer's or a table's weights. Where adapters were kept beside them, as jina-embeddings-v3 does it, they are the
  /// original ones.
  private func weightName(_ name: String) -> String {
    let original = "\(name).parametrizations.weight.original"
    return !has("\(name).weight") && has(original) ? original : "\(name).weight"
  }

  /// A dense layer whose outputs are those of stored layers, one after the other. Its weights are read by `pack`.
  func linear(
    _ outputs: [Outputs], inputs: Int, activation: ActivationFunction = .identity
  ) throws -> Dense {
    var parts: [WeightPart] = []
    let count = outputs.reduce(0) { $0 + $1.wanted.reduce(0) { $0 + $1.count } }
    let bias = outputs.contains(where: \.linear.hasBias) ? FloatStorage(count: count) : nil
    var place = 0
    for output in outputs {
      let linear = output.linear
      let weight = try tensor(
        weightName(linear.name), shape: linear.isTransposed ? [inputs, output.stored] : [output.stored, inputs])
      let storedBias = linear.hasBias ? try tensor("\(linear.name).bias", shape: [output.stored]) : nil
      for rows in output.wanted {
        parts.append(
          linear.isTransposed
            ? WeightPart(columns: rows, of: weight, rows: inputs, stride: output.stored, parameters.engine.kernels)
            : WeightPart(rows: rows, of: weight, columns: inputs))
        if let bias {
          if let storedBias {
            try storedBias.read(rows.lowerBound, count: rows.count, into: bias.pointer + place)
          } else {
            (bias.pointer + place).update(repeating: 0, count: rows.count)
          }
        }
        place += rows.count
      }
    }
    return dense(parts, inputSize: inputs, activation: activation, bias: bias)
  }

  /// All outputs of one stored layer.
  func linear(
    _ linear: Linear, inputs: Int, outputs: Int, activation: ActivationFunction = .identity
  ) throws -> Dense {
    try self.linear([Outputs(linear, outputs)], inputs: inputs, activation: activation)
  }

  /// The output projection of a layer for those who look at its weights, [outputs, inputs]: nothing is read yet.
  func outputProjection(_ linear: Linear, inputs: Int, outputs: Int) throws -> OutputProjection {
    let weight = try tensor(
      weightName(linear.name), shape: linear.isTransposed ? [inputs, outputs] : [outputs, inputs])
    let bias = linear.hasBias ? try tensor("\(linear.name).bias", shape: [outputs]) : nil
    return OutputProjection(
      weight: {
        let stored = try weight.tensor()
        guard linear.isTransposed else { return stored }
        let view = Tensor(storage: stored.storage, shape: [outputs, inputs], strides: [1, outputs])
        return Tensor(shape: [outputs, inputs], view.values())
      }, bias: { try bias?.tensor() })
  }

  /// A table whose rows are looked up: the first of these names that there is, or of full names elsewhere in the checkpoint.
  func table(_ names: [String], elsewhere: [String] = [], rows: Int, columns: Int) throws -> EmbeddingTable {
    let shape = [rows, columns]
    let own = names.map(weightName)
    let tensor =
      if !own.contains(where: has), let other = elsewhere.first(where: parameters.has) {
        try self.tensor(fullName: other, shape: shape)
      } else {
        try self.tensor(own.first(where: has) ?? "\(names.first ?? "").weight", shape: shape)
      }
    return EmbeddingTable(tensor: tensor, rows: rows, columns: columns)
  }
}

extension WeightPart {
  /// Some columns of a stored matrix, [rows, stride], as rows.
  fileprivate init(columns: Range<Int>, of tensor: Parameter, rows: Int, stride: Int, _ kernels: Kernels) {
    self.init(rows: columns.count, tensor: tensor) { target in
      let stored = FloatStorage(count: rows * stride)
      try tensor.read(0, count: rows * stride, into: stored.pointer)
      kernels.transpose(
        Transposition(
          source: stored.pointer + columns.lowerBound, stride: stride, rows: rows, columns: columns.count,
          target: target, targetStride: rows))
    }
  }
}
