import Activations
import Testing

@testable import Insights

/// ‖f(x)‖ without f(x).
struct ValueNormsTests {
  @Test(arguments: [(1, 1, 1, 1), (3, 5, 4, 12), (2, 7, 8, 11)]) func theyAreThoseOfTheVectors(
    heads: Int, positions: Int, headSize: Int, hidden: Int
  ) throws {
    func numbers(_ shape: [Int], _ seed: Int) -> Tensor {
      Tensor(shape: shape, (0..<shape.reduce(1, *)).map { Float(($0 * 37 + seed) % 101) / 50 - 1 })
    }
    let values = numbers([heads, positions, headSize], 3)
    let projection = numbers([hidden, heads * headSize], 11)
    let norms = try #require(transformedValueNorms(values: values, outputProjection: projection))
    let expected = try #require(TransformedValues(values: values, outputProjection: projection)).norms
    let largest = zip(norms.values(), expected.values()).map { abs($0 - $1) }.max() ?? 0
    print("largest difference of a norm: \(largest)")
    #expect(largest < 1e-5)
  }

  @Test func shapesThatDoNotFitAreRefused() {
    let values = Tensor(shape: [2, 3, 4], Array(repeating: 1, count: 24))
    #expect(
      transformedValueNorms(values: values, outputProjection: Tensor(shape: [5, 7], Array(repeating: 1, count: 35)))
        == nil)
    #expect(transformedValueNorms(values: values, outputProjection: values) == nil)
  }

  @Test func theLargestWeightedIsThatOfAllPairs() {
    let probabilities = Tensor(shape: [2, 3], [0.5, 0.25, 0.25, 0.1, 0.1, 0.8])
    #expect(largestWeighted(probabilities, by: [1, 4, 0.5]) == 1)
  }
}
