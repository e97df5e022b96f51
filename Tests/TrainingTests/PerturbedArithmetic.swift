import Compute
import KernelParameters

@testable import Training

/// Plain arithmetic, but one probability is changed after the softmax that gave it. For one thread.
struct PerturbedArithmetic: Arithmetic {
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
