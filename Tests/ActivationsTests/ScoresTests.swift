import Testing

@testable import Activations

@Suite struct ScoresTests {
  /// A layer of two heads whose queries, keys and values lie in one fused product.
  private func layer(positions: Int, headSize: Int, hasBias: Bool) -> LayerTrace {
    let hidden = 2 * headSize
    let fused = FloatStorage(count: positions * 3 * hidden)
    for index in 0..<fused.count { fused.pointer[index] = Float((index * 37 + 11) % 29 - 14) / 8 }
    func view(_ offset: Int) -> Tensor {
      Tensor(
        storage: fused, offset: offset, shape: [2, positions, headSize], strides: [headSize, 3 * hidden, 1])
    }
    let square = [2, positions, positions]
    var mask = AttentionMask(.causal, attentionMask: [Bool](repeating: true, count: positions))
    mask[positions - 1, 0] = false
    return LayerTrace(
      queries: view(0), keys: view(hidden), values: view(2 * hidden),
      attentionProbabilities: Tensor(shape: square) { $0.update(repeating: 0) }, contextLayer: view(2 * hidden),
      mask: mask,
      scale: 0.25,
      scoreBias: hasBias ? Tensor(shape: square, (0..<2 * positions * positions).map { Float($0 % 7) }) : nil)
  }

  @Test("whole matrices of scores agree with single ones", arguments: [(3, 4), (5, 8), (6, 19)], [false, true])
  func agree(size: (Int, Int), hasBias: Bool) {
    let (positions, headSize) = size
    let layer = layer(positions: positions, headSize: headSize, hasBias: hasBias)
    let (scaled, masked) = (layer.scaledScores(), layer.maskedScores())
    #expect(scaled.shape == [2, positions, positions] && masked.shape == scaled.shape)
    for head in 0..<2 {
      for query in 0..<positions {
        for key in 0..<positions {
          var sum = 0.0
          for i in 0..<headSize {
            sum += Double(layer.queries[head, query, i]) * Double(layer.keys[head, key, i])
          }
          let expected =
            Float(sum * 0.25) + (hasBias ? Float((head * positions * positions + query * positions + key) % 7) : 0)
          #expect(abs(scaled[head, query, key] - expected) < 1e-5)
          #expect(abs(layer.scaledScore(head: head, query: query, key: key) - expected) < 1e-5)
          let blocked = key > query || (query == positions - 1 && key == 0)
          #expect(
            blocked ? masked[head, query, key] == -.infinity : masked[head, query, key] == scaled[head, query, key])
          #expect((layer.maskedScore(head: head, query: query, key: key) == -.infinity) == blocked)
        }
      }
    }
  }
}
