import Activations
import Compute
import TestSupport
import Testing

@testable import Training

/// Numbers that a model makes of a sentence, differentiated with respect to its attention, its heads and its tokens: against
/// central differences in double precision.
@Suite struct OutputGradientTests {
  /// What y is.
  enum Output: String, CaseIterable, Sendable {
    case label, token, mean, first
  }

  /// A tiny network, a sentence of it, and a number y that is made of it.
  private final class Probed {
    let network: Network
    let weights: Weights<Double>
    let batch: Batch
    let arithmetic = PerturbedArithmetic()
    let output: Output
    var ablations: [HeadIndex: Ablation.Kind] = [:]

    init(_ tiny: TinyNetwork, _ output: Output) throws {
      network = try Network(
        tiny.architecture(), output == .token ? .maskedLM : .classification(labels: TinyNetwork.labels))
      weights = try Weights(network, from: tiny.store(seed: 4), drawsHead: false, seed: 0)
      batch = Batch(
        try tiny.inputs([5], seed: 6), masks: [.random(size: 5, blockedRow: 2, seed: 3)], for: network.architecture)
      self.output = output
    }

    private var pass: Pass<PerturbedArithmetic> {
      var pass = Pass(
        machine: Machine(arithmetic, team: ThreadTeam(size: 1)), values: UnsafePointer(weights.values.pointer),
        gradients: nil)
      pass.ablations = ablations
      return pass
    }

    private var words: UnsafePointer<Double> { UnsafePointer(weights.words.pointer) }

    private func number(_ hidden: Numbers<Double>) -> OutputNumber<Double> {
      let epsilon = network.architecture.epsilon
      let other = (0..<network.architecture.hidden).map { Double($0 % 3) - 0.7 }
      let attentionMask = [true, true, true, true, false]
      switch (network.head, output) {
      case (.classification(let head), .label): return head.logit(of: 1, hidden, batch, epsilon: epsilon, pass)
      case (.maskedLM(let head), _):
        return head.logit(of: 7, at: 3, hidden, of: batch.rows, words: words, epsilon: epsilon, pass)
      case (_, .first): return SentencePooling.first.cosine(hidden, attentionMask, with: other)
      default: return SentencePooling.mean.cosine(hidden, attentionMask, with: other)
      }
    }

    func gradients() -> OutputGradients<Double> {
      arithmetic.perturbation.softmax = -1
      return network.differentiate(batch, words: words, pass) { number($0) }
    }

    /// y, where a probability is changed by so much.
    func value(perturbed amount: Double = 0) -> Double {
      arithmetic.perturbation.begin(amount)
      return number(network.encode(batch, words: words, pass).output).value
    }

    /// y, where the output of the embedding layer is multiplied by `gate` at a position.
    func value(gate: Double, at position: Int) -> Double {
      arithmetic.perturbation.softmax = -1
      let pass = pass
      let embedded = network.embeddings.forward(
        words: words, batch, epsilon: network.architecture.epsilon, pass)
      let output = embedded.output.copy()
      let size = output.count / batch.rows
      for i in 0..<size { output.pointer[position * size + i] *= gate }
      let scaled = EmbeddingLayer.Record(
        sum: embedded.sum, projected: embedded.projected, normalized: embedded.normalized, output: output)
      return number(network.encode(scaled, batch, pass).output).value
    }
  }

  private static let width = 1e-5

  @Test(
    "dy/dp of every attention probability against central differences; 0 where a pair is blocked",
    arguments: TinyNetwork.all(), Output.allCases)
  func ofProbabilities(tiny: TinyNetwork, output: Output) throws {
    let probed = try Probed(tiny, output)
    let worst = check(probed)
    print("attribution, \(tiny.name), \(output): dy/dp, largest relative difference \(worst)")
    #expect(worst.value < 1e-4)
  }

  @Test(
    "what passes by heads that are switched off is differentiated as they are", arguments: TinyNetwork.all())
  func withHeadsOff(tiny: TinyNetwork) throws {
    let probed = try Probed(tiny, .token)
    let plain = probed.value()
    probed.ablations = [HeadIndex(layer: 1, head: 1): .zeroOutput, HeadIndex(layer: 1, head: 0): .uniformAttention]
    #expect(probed.value() != plain)
    let silent = probed.gradients()
    #expect(silent.probabilities[1].values.suffix(25).allSatisfy { $0 == 0 }, "its output is zero")
    #expect(silent.gates[1][1] == 0)
    // Even probabilities are not those of the softmax that is perturbed.
    let worst = check(probed, leavingOut: [HeadIndex(layer: 1, head: 0)])
    print("attribution, \(tiny.name), heads off: dy/dp, largest relative difference \(worst)")
    #expect(worst.value < 1e-4)
  }

  private func check(_ probed: Probed, leavingOut: Set<HeadIndex> = []) -> Worst {
    let found = probed.gradients()
    let (network, perturbation) = (probed.network, probed.arithmetic.perturbation)
    var worst = Worst()
    for (layer, gradients) in found.probabilities.map(\.values).enumerated() {
      let window = network.layers[network.architecture.order[layer]].plan.rotary?.window
      let mask = probed.batch.visibleKeys(window: window)[0].mask
      let pairs = mask.size * mask.size
      let largest = max(gradients.map(abs).max() ?? 0, 1e-3)
      for (index, gradient) in gradients.enumerated()
      where !leavingOut.contains(HeadIndex(layer: layer, head: index / pairs)) {
        let (query, key) = (index % pairs / mask.size, index % mask.size)
        guard mask[query, key] else {
          #expect(gradient == 0, "layer \(layer), \(query) → \(key) is blocked")
          continue
        }
        perturbation.softmax = layer * network.architecture.heads + index / pairs
        perturbation.index = index % pairs
        let slope =
          (probed.value(perturbed: Self.width) - probed.value(perturbed: -Self.width)) / (2 * Self.width)
        worst.note(abs(gradient - slope) / largest, "layer \(layer), \(query) → \(key)")
      }
    }
    return worst
  }

  /// The gradient × input of a token is what a gate on its embedding changes.
  @Test(
    "x dy/dx of every token against central differences in a gate on the output of the embedding layer",
    arguments: TinyNetwork.all(), Output.allCases)
  func ofTokens(tiny: TinyNetwork, output: Output) throws {
    let probed = try Probed(tiny, output)
    let found = probed.gradients().tokens
    let largest = max(found.map(abs).max() ?? 0, 1e-3)
    var worst = Worst()
    for (position, value) in found.enumerated() {
      let slope =
        (probed.value(gate: 1 + Self.width, at: position) - probed.value(gate: 1 - Self.width, at: position))
        / (2 * Self.width)
      worst.note(abs(value - slope) / largest, "position \(position)")
    }
    print("attribution, \(tiny.name), \(output): x dy/dx, largest relative difference \(worst)")
    #expect(worst.value < 1e-4)
  }

  /// A gate on a head is a factor of the part of the output projection that reads it. Where layers share their parameters, it
  /// would be one on several heads.
  @Test(
    "dy/dg of a gate g on every head against central differences",
    arguments: TinyNetwork.all().filter { !$0.name.hasPrefix("albert") }, Output.allCases)
  func ofHeads(tiny: TinyNetwork, output: Output) throws {
    let probed = try Probed(tiny, output)
    let network = probed.network
    let size = network.architecture.headSize
    let found = probed.gradients().gates
    var worst = Worst()
    for (layer, index) in network.architecture.order.enumerated() {
      let projection = network.layers[index].attentionOutput
      let start = probed.weights.values.pointer + projection.weight
      for head in 0..<network.architecture.heads {
        func value(gate: Double) -> Double {
          let places = (0..<projection.outputs).flatMap { row in
            (head * size..<(head + 1) * size).map { row * projection.inputs + $0 }
          }
          let before = places.map { start[$0] }
          defer { for (place, number) in zip(places, before) { start[place] = number } }
          for place in places { start[place] *= gate }
          return probed.value()
        }
        let slope = (value(gate: 1 + Self.width) - value(gate: 1 - Self.width)) / (2 * Self.width)
        worst.note(abs(found[layer][head] - slope) / max(abs(slope), 1e-3), "layer \(layer) head \(head)")
      }
    }
    print("attribution, \(tiny.name), \(output): dy/dg, largest relative difference \(worst)")
    #expect(worst.value < 1e-4)
  }

  @Test func theCosineWithNothingIsZeroAndSoIsItsGradient() {
    let hidden = Numbers<Double>(6, zeroed: true)
    let found = SentencePooling.mean.cosine(hidden, [true, true], with: [1, 2, 3])
    #expect(found.value == 0 && found.gradient.values.allSatisfy { $0 == 0 })
  }

  @Test func onlyTokensThatAreNotPADArePooled() {
    let hidden = Tensor(shape: [3, 2], [1, 2, 3, 4, 50, 60])
    #expect(SentencePooling.mean.vector(hidden, [true, true, false]) == [2, 3])
    #expect(SentencePooling.first.vector(hidden, [false, true, true]) == [3, 4])
  }
}
