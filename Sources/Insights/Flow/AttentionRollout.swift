import Activations

/// How much of each input position reaches each position of a layer's output, if attention and the residual connection
/// alone carried it (Abnar & Zuidema 2020).
///
/// A step is one layer: (A + I) / 2, with A the probabilities of its heads made into one and I for the residual
/// connection; heads whose output was set to zero are left out of A. Every row is divided by its sum, as the authors' code
/// does: this matters where heads are pooled by their maximum, and where a row is fully blocked, which then carries only
/// itself. The rollout of a layer is its step times the rollout of the layer before. All rows sum to 1.
public struct AttentionRollout: Sendable {
  /// The step of each layer, [query, key].
  public let steps: [Tensor]
  /// The rollout up to and including each layer, [position after the layer, position of the input].
  public let layers: [Tensor]

  /// Computes the rollout of all layers; `pooling` makes one matrix of the heads of a layer.
  public init(_ trace: AttentionTrace, pooling: HeadPooling = .mean) {
    var steps: [Tensor] = []
    var layers: [Tensor] = []
    AttentionRollout.roll(trace, pooling, &steps, &layers) {}
    self.steps = steps
    self.layers = layers
  }

  /// Nil where `isCancelled`, which is asked several times a layer, said yes.
  public init?(_ trace: AttentionTrace, pooling: HeadPooling = .mean, isCancelled: () -> Bool) {
    var steps: [Tensor] = []
    var layers: [Tensor] = []
    do {
      try AttentionRollout.roll(trace, pooling, &steps, &layers) { if isCancelled() { throw CancellationError() } }
    } catch {
      return nil
    }
    self.steps = steps
    self.layers = layers
  }

  private static func roll(
    _ trace: AttentionTrace, _ pooling: HeadPooling, _ steps: inout [Tensor], _ layers: inout [Tensor],
    check: () throws -> Void
  ) rethrows {
    for layer in trace.layers {
      try check()
      let step = step(layer.pooledProbabilities(pooling))
      steps.append(step)
      layers.append(try layers.last.map { try matrixProduct(step, $0, check: check) } ?? step)
    }
  }

  private static func step(_ pooled: Tensor) -> Tensor {
    let size = pooled.shape[0]
    return Tensor(shape: pooled.shape) { result in
      for query in 0..<size {
        let row = UnsafeMutableBufferPointer(rebasing: result[query * size..<(query + 1) * size])
        _ = row.update(from: pooled.row(query))
        addResidual(row, at: query)
      }
    }
  }

  /// Makes a row of a layer's attention a row of its step: 1 comes straight on from the position itself.
  static func addResidual(_ row: UnsafeMutableBufferPointer<Float>, at position: Int) {
    row[position] += 1
    let sum = row.reduce(0) { $0 + Double($1) }
    for key in row.indices { row[key] = Float(Double(row[key]) / sum) }
  }
}
