import Activations
import TestSupport
import Testing

@testable import Insights

/// Relevance after Chefer, Gur and Wolf (2021).
@Suite struct RelevanceTests {
  /// A layer whose heads have these probabilities.
  private func layer(_ heads: [[[Float]]]) -> LayerTrace {
    let size = heads[0].count
    let vectors = Tensor(shape: [heads.count, size, 1]) { $0.update(repeating: 0) }
    return LayerTrace(
      queries: vectors, keys: vectors, values: vectors,
      attentionProbabilities: Tensor(shape: [heads.count, size, size], heads.flatMap { $0.flatMap(\.self) }),
      contextLayer: vectors,
      mask: AttentionMask(size: size, allowed: [Bool](repeating: true, count: size * size)), scale: 1)
  }

  private func gradients(_ heads: [[[Float]]]) -> Tensor {
    Tensor(shape: [heads.count, heads[0].count, heads[0].count], heads.flatMap { $0.flatMap(\.self) })
  }

  @Test("two layers of two heads, by hand")
  func byHand() throws {
    let layers = [
      layer([[[1, 0], [0.5, 0.5]], [[0, 1], [0.25, 0.75]]]), layer([[[0.5, 0.5], [1, 0]], [[0.5, 0.5], [1, 0]]]),
    ]
    let flow = try #require(
      RelevanceFlow(
        layers,
        gradients: [
          gradients([[[2, 9], [-4, 4]], [[9, -1], [4, 4]]]), gradients([[[4, 0], [-1, 9]], [[0, 8], [2, 9]]]),
        ]
      ))
    // Products: 2 0 / -2 2 and 0 -1 / 1 3; positive parts: 2 0 / 0 2 and 0 0 / 1 3; their mean:
    #expect(flow.steps[0].values() == [1, 0, 0.5, 2.5])
    // R = I + A = 2 0 / ½ 3½.
    #expect(flow.added[0].values() == [1, 0, 0.5, 2.5])
    // Products: 2 0 / -1 0 and 0 4 / 2 0; positive parts: 2 0 / 0 0 and 0 4 / 2 0; their mean:
    #expect(flow.steps[1].values() == [1, 2, 1, 0])
    // R + A R = 2 0 / ½ 3½ + (1 2 / 1 0)(2 0 / ½ 3½) = 2 0 / ½ 3½ + 3 7 / 2 0.
    #expect(flow.added[1].values() == [4, 7, 2.5, 2.5])
  }

  @Test("agrees with the definition in double precision", arguments: 1...3)
  func agrees(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let (heads, size, count) = (3, 6, 4)
    func random() -> [[[Float]]] {
      (0..<heads).map { _ in (0..<size).map { _ in generator.floats(size, in: -1...1) } }
    }
    let (probabilities, slopes) = ((0..<count).map { _ in random() }, (0..<count).map { _ in random() })
    let flow = try #require(RelevanceFlow(probabilities.map(layer), gradients: slopes.map(gradients)))
    var relevance = [Double](repeating: 0, count: size * size)
    for i in 0..<size { relevance[i * size + i] = 1 }
    var worst = 0.0
    for l in 0..<count {
      var next = relevance
      for i in 0..<size {
        for k in 0..<size {
          var step = 0.0
          for head in 0..<heads {
            let product = Double(probabilities[l][head][i][k]) * Double(slopes[l][head][i][k])
            step += max(product, 0) / Double(heads)
          }
          for j in 0..<size { next[i * size + j] += step * relevance[k * size + j] }
        }
      }
      relevance = next
      for i in 0..<size {
        for j in 0..<size {
          worst = max(worst, abs(Double(flow.added[l][i, j]) + (i == j ? 1 : 0) - relevance[i * size + j]))
        }
      }
    }
    print("relevance, seed \(seed): largest difference \(worst)")
    #expect(worst < 1e-5)
  }

  @Test func whatIsGivenUpHasNoResult() {
    #expect(RelevanceFlow([layer([[[1]]])], gradients: [gradients([[[1]]])], isCancelled: { true }) == nil)
  }

  @Test func whatIsNoNumberStaysSo() {
    let products = positiveProducts(Tensor(shape: [1, 2], [.nan, 1]), Tensor(shape: [1, 2], [1, -1]))
    #expect(products[0, 0].isNaN && products[0, 1] == 0)
  }
}
