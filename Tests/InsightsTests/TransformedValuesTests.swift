import Activations
import Foundation
import TestSupport
import Testing

@testable import Insights

@Suite struct TransformedValuesTests {
  private func projection(_ made: Made) -> Tensor {
    var random = SeededGenerator(seed: made.seed + 100)
    let hidden = made.heads * made.headSize
    return Tensor(shape: [hidden, hidden]) { for index in $0.indices { $0[index] = random.float(-1...1) } }
  }

  /// Σ_i W[o, head · headSize + i] v[head, position, i]
  private func f(_ values: Tensor, _ projection: Tensor, _ head: Int, _ position: Int) -> [Double] {
    let headSize = values.shape[2]
    return (0..<projection.shape[0]).map { out in
      (0..<headSize).reduce(0) {
        $0 + Double(projection[out, head * headSize + $1]) * Double(values[head, position, $1])
      }
    }
  }

  private func length(_ vector: [Double]) -> Double { vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }

  @Test("one head of size 2, by hand")
  func byHand() throws {
    let values = Tensor(shape: [1, 2, 2], [1, 2, 0, -1])
    let projection = Tensor(shape: [2, 2], [1, 1, 0, 2])
    let transformed = try #require(TransformedValues(values: values, outputProjection: projection))
    #expect(transformed.vectors.values() == [3, 4, -1, -2])
    #expect(transformed.norms.values() == [5, Float(5.0.squareRoot())])
    let probabilities = Tensor(shape: [2, 2], [0.5, 0.5, 1, 0])
    #expect(
      transformed.weightedNorms(head: 0, probabilities).values() == [2.5, Float(5.0.squareRoot()) / 2, 5, 0])
    #expect(transformed.output(head: 0, query: 0, probabilities) == [1, 1])
    #expect(transformed.output(head: 0, query: 1, probabilities) == [3, 4])
  }

  @Test("heads whose vectors cancel leave nothing of the layer")
  func cancelling() throws {
    let values = Tensor(shape: [2, 1, 1], [1, 1])
    let projection = Tensor(shape: [2, 2], [3, -3, 4, -4])
    let transformed = try #require(TransformedValues(values: values, outputProjection: projection))
    #expect(transformed.norms.values() == [5, 5])
    #expect(transformed.layerNorms(Tensor(shape: [2, 1, 1], [1, 1])).values() == [0])
    #expect(transformed.layerNorms(Tensor(shape: [2, 1, 1], [1, 0])).values() == [5])
  }

  @Test("agrees with the definition in double precision", arguments: Made.variety)
  func agrees(made: Made) throws {
    let layer = Encoding(made).trace.layers[0]
    let projection = projection(made)
    let transformed = try #require(TransformedValues(values: layer.values, outputProjection: projection))
    let size = layer.mask.size
    let vectors = (0..<made.heads).map { head in
      (0..<size).map { f(layer.values, projection, head, $0) }
    }
    var (weighted, summed) = (Worst(), Worst())
    for head in 0..<made.heads {
      let probabilities = layer.attentionProbabilities[slice: head]
      let found = transformed.weightedNorms(head: head, probabilities)
      for query in 0..<size {
        for key in 0..<size {
          weighted.take(found[query, key], Double(probabilities[query, key]) * length(vectors[head][key]))
        }
      }
    }
    let found = transformed.layerNorms(layer.attentionProbabilities)
    for query in 0..<size {
      for key in 0..<size {
        let sum = (0..<projection.shape[0]).map { out in
          (0..<made.heads).reduce(0) {
            $0 + Double(layer.attentionProbabilities[$1, query, key]) * vectors[$1][key][out]
          }
        }
        summed.take(found[query, key], length(sum))
      }
    }
    print("norms: largest differences \(weighted.difference) of heads, \(summed.difference) of layers")
    #expect(weighted.difference < 1e-5)
    #expect(summed.difference < 1e-5)
  }

  @Test("the sum over heads and keys of p f(x) is the attention's output without bias", arguments: Made.variety)
  func identity(made: Made) throws {
    let layer = Encoding(made).trace.layers[0]
    let projection = projection(made)
    let transformed = try #require(TransformedValues(values: layer.values, outputProjection: projection))
    var worst = Worst()
    for query in 0..<layer.mask.size {
      let outputs = (0..<made.heads).map {
        transformed.output(head: $0, query: query, layer.attentionProbabilities[slice: $0])
      }
      for out in 0..<projection.shape[0] {
        // The context of all heads side by side, through the output projection.
        var expected = 0.0
        for head in 0..<made.heads {
          for i in 0..<made.headSize {
            expected += Double(projection[out, head * made.headSize + i]) * Double(layer.contextLayer[head, query, i])
          }
        }
        worst.take(outputs.map { Double($0[out]) }.reduce(0, +), expected)
      }
    }
    print("sum of p f(x): largest difference \(worst.difference)")
    #expect(worst.difference < 1e-5)
  }

  @Test("shapes that do not fit, and tensors with gaps")
  func shapes() throws {
    let made = Made()
    let layer = Encoding(made).trace.layers[0]
    let projection = projection(made)
    #expect(
      TransformedValues(values: layer.values, outputProjection: Tensor(shape: [12, 11]) { $0.update(repeating: 0) })
        == nil)
    #expect(TransformedValues(values: layer.values[slice: 0], outputProjection: projection) == nil)
    let dense = try #require(TransformedValues(values: layer.values, outputProjection: projection))
    let loose = try #require(
      TransformedValues(values: layer.values.withGaps, outputProjection: projection.withGaps))
    #expect(dense.vectors.values() == loose.vectors.values())
    #expect(
      dense.layerNorms(layer.attentionProbabilities).values()
        == loose.layerNorms(layer.attentionProbabilities.withGaps).values())
  }
}
