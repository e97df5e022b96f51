import Activations
import Compute
import TestSupport
import Testing

@testable import Training

@Suite struct ProbabilityGradientTests {
  @Test(
    "every attention probability against central differences; 0 where a pair is blocked", arguments: TinyNetwork.all())
  func ofProbabilities(tiny: TinyNetwork) throws {
    let masks = [
      AttentionMask.random(size: 5, blockedRow: 2, seed: 3), .random(size: 4, blockedRow: 9, seed: 4),
    ]
    let arithmetic = PerturbedArithmetic()
    let probe = try Probe(
      tiny, tiny.inputs([5, 4], seed: 2), masks: masks, .labels([2, 0]),
      on: Machine(arithmetic, team: ThreadTeam(size: 1)))
    var found: [Int: [[Double]]] = [:]
    probe.loss(withGradients: true) { layer, gradients in found[layer] = gradients.probabilities.map(\.values) }
    #expect(found.keys.sorted() == Array(probe.network.architecture.order.indices))

    let heads = probe.network.architecture.heads
    let perturbation = arithmetic.perturbation
    func loss(_ amount: Double) -> Double {
      perturbation.begin(amount)
      return probe.loss()
    }
    var worst = Worst()
    let width = 1e-5
    for (layer, sentences) in found {
      let window = probe.network.layers[probe.network.architecture.order[layer]].plan.rotary?.window
      let visible = probe.batch.visibleKeys(window: window)
      for (sentence, gradients) in sentences.enumerated() {
        let mask = visible[sentence].mask
        let pairs = mask.size * mask.size
        let largest = max(gradients.map(abs).max() ?? 0, 1e-3)
        for (index, gradient) in gradients.enumerated() {
          let (query, key) = (index % pairs / mask.size, index % mask.size)
          guard mask[query, key] else {
            #expect(gradient == 0, "layer \(layer), \(query) → \(key) is blocked")
            continue
          }
          perturbation.softmax = (layer * sentences.count + sentence) * heads + index / pairs
          perturbation.index = index % pairs
          let difference = (loss(width) - loss(-width)) / (2 * width)
          worst.note(abs(gradient - difference) / largest, "layer \(layer), sentence \(sentence), \(query) → \(key)")
        }
      }
    }
    print("gradients, \(tiny.name), attention probabilities: largest relative difference \(worst)")
    #expect(worst.value < 1e-4)
  }
}
