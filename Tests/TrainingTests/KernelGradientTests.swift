import Activations
import Compute
import Glibc
import KernelParameters
import TestSupport
import Testing

@testable import Training

/// float32 on all kernels, against definitions in double precision.
@Suite struct KernelGradientTests {
  @Test("the gradients of all families agree with double precision", arguments: TinyNetwork.all(.wide))
  func agreeWithDoublePrecision(tiny: TinyNetwork) throws {
    let inputs = try tiny.inputs([19, 7], seed: 5)
    let masks = [AttentionMask.random(size: 19, blockedRow: 4, seed: 6), .random(size: 7, blockedRow: 9, seed: 7)]
    for target in [Probe<PlainArithmetic>.Target.labels([1, 2]), .tokens(rows: [3, 20], ids: [5, 40])] {
      let exact = try Probe(tiny, inputs, masks: masks, target, on: Machine(PlainArithmetic()))
      let loss = exact.loss(withGradients: true)
      let expected = exact.parameters()
      for kernels in Kernels.available {
        let same: Probe<VectorArithmetic>.Target =
          if case .tokens(let rows, let ids) = target { .tokens(rows: rows, ids: ids) } else { .labels([1, 2]) }
        let probe = try Probe(tiny, inputs, masks: masks, same, on: Machine(VectorArithmetic(kernels)))
        #expect(abs(probe.loss(withGradients: true) - loss) < 1e-5)
        var worst = Worst()
        for (mine, parameter) in zip(probe.parameters(), expected) {
          let scale = max(parameter.gradient.map(abs).max() ?? 0, 1e-3)
          for (a, b) in zip(mine.gradient, parameter.gradient) { worst.note(abs(a - b) / scale, parameter.name) }
        }
        print("float32 gradients, \(tiny.name), \(kernels.name): largest relative difference \(worst)")
        // Biases of keys have the gradient 0, and what is left of rounding is compared with 1e-3.
        #expect(worst.value < 1e-3, "\(kernels.name)")
      }
    }
  }

  private static let places: [Float] =
    (-2600...2600).map { Float($0) / 200 } + [-1e3, 1e3, -1e10, 1e10, -3e38, 3e38]

  @Test("the slope of every activation function is that of its definition", arguments: ActivationFunction.allCases)
  func slopes(function: ActivationFunction) {
    // Definitions first: values by the reference, slopes by differences of values, but at corners.
    let corners: Set<Float> = [-10, -3, 0, 3, 6, 10]
    var worst = Worst()
    for x in Self.places where abs(x) < 20 && !corners.contains(x) {
      let width = 1e-5
      let difference = (function.value(Double(x) + width).value - function.value(Double(x) - width).value) / (2 * width)
      worst.note(abs(function.value(Double(x)).slope - difference), "\(x)")
    }
    #expect(worst.value < 1e-7, "\(worst)")
    for kernels in Kernels.available {
      var gradient = Self.places.map { _ in Float(2) }
      Self.places.withUnsafeBufferPointer { x in
        gradient.withUnsafeMutableBufferPointer { gradient in
          guard let start = x.baseAddress, let target = gradient.baseAddress else { return }
          VectorArithmetic(kernels).activationGradient(function, start, gradient: target, count: x.count)
        }
      }
      var worst = Worst()
      for (x, found) in zip(Self.places, gradient) where found.isFinite || x < 1e38 {
        let expected = 2 * function.value(Double(x)).slope
        worst.note(abs(Double(found) - expected) / max(1, abs(expected)), "\(x)")
      }
      print("slope of \(function), \(kernels.name): largest difference \(worst)")
      #expect(worst.value < 4e-6, "\(kernels.name)")
    }
  }

  @Test(
    "NaN is not hidden by a slope: the gradient of what is smooth is NaN, too", arguments: ActivationFunction.allCases)
  func slopesOfNaN(function: ActivationFunction) {
    // Of a NaN, pieces that are straight lines have the slope of one of them.
    guard ![.identity, .relu, .relu6, .leakyRelu].contains(function) else { return }
    #expect(function.value(.nan).slope.isNaN || function == .reluSquared || function == .hardSwish)
    for kernels in Kernels.available {
      var (x, gradient) = ([Float](repeating: .nan, count: 21), [Float](repeating: 1, count: 21))
      VectorArithmetic(kernels).activationGradient(function, &x, gradient: &gradient, count: x.count)
      let isNaN = gradient.allSatisfy(\.isNaN)
      #expect(isNaN, "\(kernels.name): \(gradient)")
    }
  }

  @Test("gradients of layer normalizations and of the softmax, and AdamW, follow their definitions at every size")
  func elementwise() {
    var generator = TestSupport.SeededGenerator(seed: 30)
    func doubles(_ numbers: [Float]) -> [Double] { numbers.map(Double.init) }
    var (norm, softmax, adam, squares) = (Worst(), Worst(), Worst(), Worst())
    let plain = PlainArithmetic()
    for kernels in Kernels.available {
      let vector = VectorArithmetic(kernels)
      for size in Array(1...40) + [64, 100, 384] {
        let rows = 3
        let x = generator.floats(rows * size, in: 1...3)
        let gradient = generator.floats(rows * size, in: -1...1)
        let weight = generator.floats(size, in: -2...2)
        var (normalized, result) = (x, [Float](repeating: 0, count: x.count))
        var (normalizedExactly, exact) = (doubles(x), [Double](repeating: 0, count: x.count))
        vector.normalizeGradient(
          &normalized, gradient: gradient, into: &result, rows: rows, size: size, weight: weight, epsilon: 1e-3)
        plain.normalizeGradient(
          &normalizedExactly, gradient: doubles(gradient), into: &exact, rows: rows, size: size,
          weight: doubles(weight),
          epsilon: 1e-3)
        for index in x.indices {
          norm.note(abs(Double(normalized[index]) - normalizedExactly[index]), "\(kernels.name), size \(size)")
          norm.note(abs(Double(result[index]) - exact[index]), "\(kernels.name), size \(size)")
        }

        var probabilities = generator.floats(rows * size, in: Float(0)...Float(2) / Float(size))
        probabilities[0] = 0
        var (scores, exactScores) = (gradient, doubles(gradient))
        vector.softmaxGradient(&scores, probabilities: probabilities, rows: rows, keys: size)
        plain.softmaxGradient(&exactScores, probabilities: doubles(probabilities), rows: rows, keys: size)
        #expect(scores[0] == 0)
        for (a, b) in zip(scores, exactScores) { softmax.note(abs(Double(a) - b), "\(kernels.name), size \(size)") }

        var (p, m, v) = (x, generator.floats(x.count, in: -1...1), generator.floats(x.count, in: 0...1))
        var (exactP, exactM, exactV) = (doubles(p), doubles(m), doubles(v))
        let factors = AdamWFactors(
          gradientScale: 0.5, beta1: 0.9, beta2: 0.999, rate: 0.1, squareScale: 1.5, epsilon: 1e-8, decay: 0.99)
        vector.adamW(&p, gradient, &m, &v, count: p.count, factors)
        plain.adamW(&exactP, doubles(gradient), &exactM, &exactV, count: p.count, factors)
        for (found, exact) in [(p, exactP), (m, exactM), (v, exactV)] {
          for (a, b) in zip(found, exact) {
            adam.note(abs(Double(a) - b) / max(1, abs(b)), "\(kernels.name), size \(size)")
          }
        }
        let sum = plain.sumOfSquares(doubles(x), count: x.count)
        squares.note(abs(vector.sumOfSquares(x, count: x.count) - sum) / sum, "\(kernels.name), size \(size)")
      }
    }
    print("gradients of norms \(norm), of the softmax \(softmax); AdamW \(adam); sums of squares \(squares)")
    #expect(norm.value < 2e-4 && softmax.value < 5e-7 && adam.value < 2e-6 && squares.value < 1e-6)
  }
}
