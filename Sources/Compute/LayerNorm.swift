import KernelParameters

/// Layer normalization (Ba, Kiros, Hinton 2016) over the last axis: (x - mean) / √(variance + ε) · weight + bias.
public struct LayerNorm: Sendable {
  /// [size]
  public let weight: [Float]
  /// [size]
  public let bias: [Float]
  /// Added to the variance.
  public let epsilon: Float

  /// `weight` and `bias` are [size] each.
  public init(weight: [Float], bias: [Float], epsilon: Float) {
    self.weight = weight
    self.bias = bias
    self.epsilon = epsilon
  }

  /// How many numbers a row has.
  public var size: Int { weight.count }

  /// Normalizes `rows` rows of `input`, [rows, size], after adding `residual` of the same shape where there is one.
  ///
  /// `output` may be the same memory as `input`.
  public func apply(
    to input: UnsafePointer<Float>, adding residual: UnsafePointer<Float>? = nil,
    into output: UnsafeMutablePointer<Float>, rows: Int, on engine: Engine
  ) {
    // Below some thousand numbers, telling a second thread takes longer than the work.
    let members = rows * size < 4096 ? 1 : engine.team.size
    weight.withUnsafeBufferPointer { weight in
      bias.withUnsafeBufferPointer { bias in
        guard let weight = weight.baseAddress, let bias = bias.baseAddress else { return }
        engine.team.run(members) { member, count in
          let part = ThreadTeam.rows(rows, member: member, of: count)
          let first = part.lowerBound * size
          engine.kernels.layerNormRows(
            LayerNormRows(
              input: input + first, residual: residual.map { $0 + first }, output: output + first, rows: part.count,
              size: size, weight: weight, bias: bias, epsilon: epsilon))
        }
      }
    }
  }
}
