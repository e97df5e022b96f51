import Support

/// What training takes in memory at most, in bytes, told before it begins.
package struct MemoryEstimate: Sendable, Equatable {
  package let parameters: Int
  package let optimizer: Int
  package let activations: Int

  package var bytes: Int { parameters + optimizer + activations }

  /// - Parameters:
  ///   - tokens: of the longest batch; `longest`: of its longest sentence.
  package init(
    _ architecture: Architecture, parameters count: Int, trained: Int, onlyHead: Bool, tokens: Int, longest: Int
  ) {
    let size = Double(MemoryLayout<Float>.stride)
    func whole(_ number: Double) -> Int { Int(saturating: number) ?? .max }
    // The checkpoint, the master weights, and a snapshot of them when it is written.
    parameters = whole(Double(count) * size * 3)
    // The gradient, its mean and the mean of its squares.
    optimizer = whole(Double(trained) * size * 3)
    let layers = onlyHead ? 1 : architecture.order.count
    let inner = (architecture.layers.first?.intermediate.allOutputs ?? 0) + architecture.intermediate
    let perToken = Double(9 * architecture.hidden + inner + 2 * architecture.heads * longest)
    activations = whole(Double(layers + 2) * Double(tokens) * perToken * size)
  }

  /// Refuses what does not fit into what is available, of which a fifth stays free.
  package func check(_ available: AvailableMemory?) throws(TrainingError) {
    guard let available, Double(bytes) > Double(available.bytes) * 0.8 else { return }
    throw TrainingError(
      "training takes \(bytes >> 20) MiB, which is too much for \(available.limit.rawValue): of the "
        + "\(available.bytes >> 20) MiB that are available a fifth stays free; a smaller --batch-size or --only-head takes less"
    )
  }
}
