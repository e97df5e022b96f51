import Activations
import Compute
import KernelParameters
import TestSupport
import Testing

@testable import Training

/// Plain arithmetic, but one probability is changed after the softmax that gave it. For one thread.
private struct PerturbedArithmetic: Arithmetic {
  /// Which probability: the softmax is counted, an application to all rows of one head.
  final class Perturbation: @unchecked Sendable {
    var softmax = -1
    var index = 0
    var amount = 0.0
    private var count = 0

    func begin(_ amount: Double) { (self.amount, count) = (amount, 0) }

    func apply(_ probabilities: UnsafeMutablePointer<Double>, rows: Range<Int>, keys: Int) {
      if rows.lowerBound == 0 { count += 1 }
      let place = index - rows.lowerBound * keys
      if count - 1 == softmax, 0..<rows.count * keys ~= place { probabilities[place] += amount }
    }
  }

  let plain = PlainArithmetic()
  let perturbation = Perturbation()

  var panelColumns: Int { plain.panelColumns }
  var scoreScale: Double { plain.scoreScale }

  func pack(
    _ matrix: UnsafePointer<Double>, stride: Int, isTransposed: Bool, inner: Int, columns: Int,
    into panel: UnsafeMutablePointer<Double>
  ) {
    plain.pack(matrix, stride: stride, isTransposed: isTransposed, inner: inner, columns: columns, into: panel)
  }

  func transpose(
    _ matrix: UnsafePointer<Double>, stride: Int, rows: Int, columns: Int, into target: UnsafeMutablePointer<Double>,
    stride targetStride: Int
  ) {
    plain.transpose(matrix, stride: stride, rows: rows, columns: columns, into: target, stride: targetStride)
  }

  func multiply(_ product: PanelTimes<Double>) { plain.multiply(product) }

  func softmax(
    _ scores: UnsafeMutablePointer<Double>, rows: Range<Int>, _ visible: VisibleKeys, bias: UnsafePointer<Double>?
  ) {
    plain.softmax(scores, rows: rows, visible, bias: bias)
    perturbation.apply(scores, rows: rows, keys: visible.mask.size)
  }

  func softmaxGradient(
    _ gradient: UnsafeMutablePointer<Double>, probabilities: UnsafePointer<Double>, rows: Int, keys: Int
  ) {
    plain.softmaxGradient(gradient, probabilities: probabilities, rows: rows, keys: keys)
  }

  func normalize(
    _ x: UnsafePointer<Double>, into result: UnsafeMutablePointer<Double>, rows: Int, size: Int,
    weight: UnsafePointer<Double>, bias: UnsafePointer<Double>, epsilon: Float
  ) {
    plain.normalize(x, into: result, rows: rows, size: size, weight: weight, bias: bias, epsilon: epsilon)
  }

  func normalizeGradient(
    _ x: UnsafeMutablePointer<Double>, gradient: UnsafePointer<Double>, into result: UnsafeMutablePointer<Double>,
    rows: Int, size: Int, weight: UnsafePointer<Double>, epsilon: Float
  ) {
    plain.normalizeGradient(
      x, gradient: gradient, into: result, rows: rows, size: size, weight: weight, epsilon: epsilon)
  }

  func activate(_ function: ActivationFunction, _ x: UnsafeMutablePointer<Double>, count: Int) {
    plain.activate(function, x, count: count)
  }

  func activationGradient(
    _ function: ActivationFunction, _ x: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>, count: Int
  ) {
    plain.activationGradient(function, x, gradient: gradient, count: count)
  }

  func adamW(
    _ parameters: UnsafeMutablePointer<Double>, _ gradients: UnsafePointer<Double>,
    _ means: UnsafeMutablePointer<Double>, _ squares: UnsafeMutablePointer<Double>, count: Int, _ step: AdamWFactors
  ) {
    plain.adamW(parameters, gradients, means, squares, count: count, step)
  }

  func sumOfSquares(_ numbers: UnsafePointer<Double>, count: Int) -> Double {
    plain.sumOfSquares(numbers, count: count)
  }
}

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
