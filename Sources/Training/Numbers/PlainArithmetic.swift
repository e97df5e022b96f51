import Compute
import Glibc
import KernelParameters

/// Double precision, loop by loop as the definitions say: what gradients are checked with.
package struct PlainArithmetic: Arithmetic {
  package init() {}

  package var panelColumns: Int { 8 }
  package var scoreScale: Double { 1 }

  package func pack(
    _ matrix: UnsafePointer<Double>, stride: Int, isTransposed: Bool, inner: Int, columns: Int,
    into panel: UnsafeMutablePointer<Double>
  ) {
    for row in 0..<inner {
      for column in 0..<panelColumns {
        let index = isTransposed ? column * stride + row : row * stride + column
        panel[row * panelColumns + column] = column < columns ? matrix[index] : 0
      }
    }
  }

  package func transpose(
    _ matrix: UnsafePointer<Double>, stride: Int, rows: Int, columns: Int, into target: UnsafeMutablePointer<Double>,
    stride targetStride: Int
  ) {
    for row in 0..<rows {
      for column in 0..<columns { target[column * targetStride + row] = matrix[row * stride + column] }
    }
  }

  package func multiply(_ product: PanelTimes<Double>) {
    for row in 0..<product.rows {
      for column in 0..<product.columns {
        let target = product.c + row * product.cStride + column
        var sum = product.adds ? target.pointee : product.bias?[column] ?? 0
        for k in 0..<product.inner {
          sum += product.a[row * product.aStride + k] * product.panel[k * panelColumns + column]
        }
        target.pointee = sum * product.scale
      }
    }
  }

  package func softmax(
    _ scores: UnsafeMutablePointer<Double>, rows: Range<Int>, _ visible: VisibleKeys, bias: UnsafePointer<Double>?
  ) {
    let keys = visible.mask.size
    for row in rows {
      let first = (row - rows.lowerBound) * keys
      let seen = (0..<keys).filter { visible.mask[row, $0] }
      for key in seen { scores[first + key] += bias?[first + key] ?? 0 }
      let largest = seen.map { scores[first + $0] }.max() ?? 0
      let sum = seen.reduce(0.0) { $0 + exp(scores[first + $1] - largest) }
      for key in 0..<keys {
        scores[first + key] = visible.mask[row, key] ? exp(scores[first + key] - largest) / sum : 0
      }
    }
  }

  package func softmaxGradient(
    _ gradient: UnsafeMutablePointer<Double>, probabilities: UnsafePointer<Double>, rows: Int, keys: Int
  ) {
    for row in 0..<rows {
      let range = row * keys..<(row + 1) * keys
      let mean = range.reduce(0.0) { $0 + probabilities[$1] * gradient[$1] }
      for index in range { gradient[index] = probabilities[index] * (gradient[index] - mean) }
    }
  }

  /// The mean of a row, and 1 / √(variance + ε).
  private func moments(_ x: UnsafePointer<Double>, size: Int, epsilon: Float) -> (mean: Double, inverse: Double) {
    let mean = (0..<size).reduce(0.0) { $0 + x[$1] } / Double(size)
    let variance = (0..<size).reduce(0.0) { $0 + (x[$1] - mean) * (x[$1] - mean) } / Double(size)
    return (mean, 1 / (variance + Double(epsilon)).squareRoot())
  }

  package func normalize(
    _ x: UnsafePointer<Double>, into result: UnsafeMutablePointer<Double>, rows: Int, size: Int,
    weight: UnsafePointer<Double>, bias: UnsafePointer<Double>, epsilon: Float
  ) {
    for row in 0..<rows {
      let first = row * size
      let (mean, inverse) = moments(x + first, size: size, epsilon: epsilon)
      for i in 0..<size { result[first + i] = (x[first + i] - mean) * inverse * weight[i] + bias[i] }
    }
  }

  package func normalizeGradient(
    _ x: UnsafeMutablePointer<Double>, gradient: UnsafePointer<Double>, into result: UnsafeMutablePointer<Double>,
    rows: Int, size: Int, weight: UnsafePointer<Double>, epsilon: Float
  ) {
    for row in 0..<rows {
      let first = row * size
      let (mean, inverse) = moments(x + first, size: size, epsilon: epsilon)
      for i in first..<first + size { x[i] = (x[i] - mean) * inverse }
      let g = (0..<size).map { gradient[first + $0] * weight[$0] }
      let meanGradient = g.reduce(0, +) / Double(size)
      let meanProduct = (0..<size).reduce(0.0) { $0 + g[$1] * x[first + $1] } / Double(size)
      for i in 0..<size { result[first + i] = (g[i] - meanGradient - x[first + i] * meanProduct) * inverse }
    }
  }

  package func activate(_ function: ActivationFunction, _ x: UnsafeMutablePointer<Double>, count: Int) {
    for index in 0..<count { x[index] = function.value(x[index]).value }
  }

  package func activationGradient(
    _ function: ActivationFunction, _ x: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>, count: Int
  ) {
    for index in 0..<count { gradient[index] *= function.value(x[index]).slope }
  }

  package func adamW(
    _ parameters: UnsafeMutablePointer<Double>, _ gradients: UnsafePointer<Double>,
    _ means: UnsafeMutablePointer<Double>, _ squares: UnsafeMutablePointer<Double>, count: Int, _ step: AdamWFactors
  ) {
    for index in 0..<count {
      let g = gradients[index] * Double(step.gradientScale)
      means[index] += (1 - Double(step.beta1)) * (g - means[index])
      squares[index] = Double(step.beta2) * squares[index] + (1 - Double(step.beta2)) * g * g
      let size = squares[index].squareRoot() * Double(step.squareScale) + Double(step.epsilon)
      parameters[index] = parameters[index] * Double(step.decay) - Double(step.rate) * means[index] / size
    }
  }

  package func sumOfSquares(_ numbers: UnsafePointer<Double>, count: Int) -> Double {
    (0..<count).reduce(0.0) { $0 + numbers[$1] * numbers[$1] }
  }
}

extension ActivationFunction {
  /// f(x) and its slope, by the definitions.
  package func value(_ x: Double) -> (value: Double, slope: Double) {
    func unit(_ a: Double) -> (Double, Double) {
      let share = 1 / (1 + exp(-a * x))
      return (x * share, share + a * x * share * (1 - share))
    }
    func gelu() -> (Double, Double) {
      let below = 0.5 * erfc(-x / 2.0.squareRoot())
      return (x * below, below + x * exp(-x * x / 2) / (2 * Double.pi).squareRoot())
    }
    switch self {
    case .identity: return (x, 1)
    case .gelu: return gelu()
    case .gelu10:
      let (value, slope) = gelu()
      return (min(max(value, -10), 10), abs(value) > 10 ? 0 : slope)
    case .geluTanh:
      let factor = (2 / Double.pi).squareRoot()
      let t = Glibc.tanh(factor * (x + 0.044715 * x * x * x))
      return (0.5 * x * (1 + t), 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * factor * (1 + 3 * 0.044715 * x * x))
    case .quickGelu: return unit(1.702)
    case .silu: return unit(1)
    case .sigmoid:
      let share = 1 / (1 + exp(-x))
      return (share, share * (1 - share))
    case .tanh:
      let t = Glibc.tanh(x)
      return (t, 1 - t * t)
    case .mish:
      let t = Glibc.tanh(log1p(exp(x)))
      return (x * t, t + x * (1 - t * t) / (1 + exp(-x)))
    case .relu: return (max(x, 0), x > 0 ? 1 : 0)
    case .reluSquared: return (x > 0 ? x * x : 0, max(2 * x, 0))
    case .relu6: return (min(max(x, 0), 6), x > 0 && x < 6 ? 1 : 0)
    case .leakyRelu: return (x < 0 ? 0.01 * x : x, x < 0 ? 0.01 : 1)
    case .hardSwish:
      return (x * min(max(x + 3, 0), 6) / 6, x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5)
    }
  }
}
