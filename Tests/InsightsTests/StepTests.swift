import Activations
import Foundation
import Testing

@testable import Insights

@Suite struct StepTests {
  @Test("a softmax in its parts, by hand")
  func byHand() {
    let steps = SoftmaxSteps(
      scores: [2, 4, 6, 100], scaledScores: [1, 2, 3, 50], isVisible: [true, true, true, false])
    #expect(steps.maximum == 3)
    #expect(steps.exponentials == [exp(-2), exp(-1), 1, 0])
    #expect(steps.sum == exp(-2) + exp(-1) + 1)
    #expect(abs(steps.probabilities[2] - 0.665_240_955_774_8) < 1e-12)
    #expect(steps.probabilities[3] == 0)
    #expect(abs(steps.largestDifference(from: [0.09, 0.24, 0.67, 0]) - 0.004_759_044) < 1e-6)
    #expect(steps.largestDifference(from: [.nan, 0, 0, 0]).isNaN)
  }

  @Test("agrees with the captured probabilities", arguments: Made.variety)
  func agrees(made: Made) {
    var worst = Worst()
    for layer in Encoding(made).trace.layers {
      for head in 0..<made.heads {
        for query in 0..<layer.mask.size {
          let steps = SoftmaxSteps(layer: layer, head: head, query: query)
          let captured = layer.attentionProbabilities[slice: head].row(query)
          worst.take(steps.largestDifference(from: captured), 0)
          let visible = layer.mask.visibleKeys(query: query)
          #expect(abs(steps.probabilities.reduce(0, +) - (visible > 0 ? 1 : 0)) < 1e-12)
          #expect(visible == 0 ? steps.sum == 0 : (1...Double(visible)).contains(steps.sum))
          #expect((steps.maximum == nil) == (visible == 0))
          #expect(steps.isVisible.count(where: \.self) == visible)
          #expect(steps.scaledScores[0] == steps.scores[0] * Double(layer.scale))
          guard visible > 0 else { continue }
          // Where anything is visible, all ways of blocking agree.
          for method in BlockingMethod.allCases {
            for (a, b) in zip(steps.probabilities(method), captured) { #expect(abs(a - b) < 1e-5) }
          }
        }
      }
    }
    print("softmax: largest difference \(worst.difference)")
    #expect(worst.difference < 1e-6)
  }

  @Test("what the family adds to the scores is part of them")
  func bias() {
    let vectors = Tensor(shape: [1, 2, 1], [1, 2])
    let layer = LayerTrace(
      queries: vectors, keys: vectors, values: vectors,
      attentionProbabilities: Tensor(shape: [1, 2, 2], [0, 0, 0, 0]), contextLayer: vectors,
      mask: AttentionMask(size: 2, allowed: [true, true, true, true]), scale: 0.5,
      scoreBias: Tensor(shape: [1, 2, 2], [0, 0, 0.25, -1]))
    let steps = SoftmaxSteps(layer: layer, head: 0, query: 1)
    #expect(steps.scores == [2, 4] && steps.scaledScores == [1.25, 1])
    // Without the division it is divided no more where it is a part of the same sum, and as it is elsewhere.
    #expect(SoftmaxSteps(layer: layer, head: 0, query: 1, scale: 1).scaledScores == [2.25, 3])
    #expect(SoftmaxSteps(layer: layer, head: 0, query: 1, scale: 1, scalesBias: true).scaledScores == [2.5, 2])
  }

  @Test("a query that sees nothing, in all implementations")
  func fullyBlocked() {
    let scores = [1.0, 2, 3]
    let steps = SoftmaxSteps(scores: scores, scaledScores: scores, isVisible: [false, false, false])
    #expect(steps.maximum == nil && steps.sum == 0 && steps.probabilities == [0, 0, 0])
    #expect(steps.probabilities(.zero) == [0, 0, 0])
    #expect(steps.probabilities(.lowestNumber).allSatisfy { abs($0 - 1.0 / 3) < 1e-6 })
    #expect(steps.probabilities(.minusInfinity).allSatisfy { $0.isNaN })
    let unmasked = SoftmaxSteps(scores: scores, scaledScores: scores, isVisible: [true, true, true])
    // 10000 leaves scores of single precision three digits after the point.
    for (a, b) in zip(steps.probabilities(.addedNumber), unmasked.probabilities) { #expect(abs(Double(a) - b) < 1e-3) }
  }

  @Test("mass that is hidden from the picture")
  func hidden() {
    let probabilities = Tensor(shape: [2, 3], [0.5, 0.25, 0.25, 0, 1, 0])
    #expect(hiddenMass(probabilities, isHidden: [true, false, true]) == [0.75, 0])
    #expect(hiddenMass(probabilities, isHidden: [false, false, false]) == [0, 0])
  }

  @Test("the first number that is none")
  func odd() {
    let clean = Encoding(Made()).trace
    #expect(OddNumber.first(in: clean) == nil)
    func spoilt(_ tensor: Tensor, at place: Int, _ value: Float) -> Tensor {
      var values = tensor.values()
      values[place] = value
      return Tensor(shape: tensor.shape, values)
    }
    let layer = clean.layers[1]
    let laterLayer = LayerTrace(
      queries: layer.queries, keys: layer.keys, values: spoilt(layer.values, at: 4 * 8 + 5, .infinity),
      attentionProbabilities: spoilt(layer.attentionProbabilities, at: 0, .nan), contextLayer: layer.contextLayer,
      mask: layer.mask, scale: layer.scale)
    let trace = AttentionTrace(
      layers: [clean.layers[0], laterLayer],
      hiddenStates: clean.hiddenStates.dropLast() + [spoilt(clean.hiddenStates[2], at: 0, .nan)])
    #expect(
      OddNumber.first(in: trace) == OddNumber(place: .values(layer: 1), value: .infinity, index: [1, 1, 1]))
    let last = AttentionTrace(layers: clean.layers, hiddenStates: trace.hiddenStates)
    #expect(OddNumber.first(in: last)?.place == .hiddenState(2))
    let first = AttentionTrace(
      layers: trace.layers, hiddenStates: [spoilt(clean.hiddenStates[0].withGaps, at: 95, -.infinity)])
    #expect(
      OddNumber.first(in: first) == OddNumber(place: .hiddenState(0), value: -.infinity, index: [7, 11]))
  }
}
