import Activations
import Compute
import KernelParameters

/// float32, on kernels for this processor.
package struct VectorArithmetic: Arithmetic {
  package let kernels: Kernels

  package init(_ kernels: Kernels = .best) { self.kernels = kernels }

  package var panelColumns: Int { kernels.panelColumns }
  package var scoreScale: Float { log2OfE }

  package func pack(
    _ matrix: UnsafePointer<Float>, stride: Int, isTransposed: Bool, inner: Int, columns: Int,
    into panel: UnsafeMutablePointer<Float>
  ) {
    let width = panelColumns
    if isTransposed {
      kernels.packPanels(
        PanelPacking(
          weights: matrix, outputs: columns, inputs: inner, stride: stride, panels: panel, width: width,
          paddedInputs: inner))
      return
    }
    for row in 0..<inner {
      let target = panel + row * width
      target.update(from: matrix + row * stride, count: columns)
      if columns < width { (target + columns).update(repeating: 0, count: width - columns) }
    }
  }

  package func transpose(
    _ matrix: UnsafePointer<Float>, stride: Int, rows: Int, columns: Int, into target: UnsafeMutablePointer<Float>,
    stride targetStride: Int
  ) {
    kernels.transpose(
      Transposition(
        source: matrix, stride: stride, rows: rows, columns: columns, target: target, targetStride: targetStride))
  }

  package func multiply(_ product: PanelTimes<Float>) {
    kernels.multiplyByPanel(
      PanelProduct(
        a: product.a, aStride: product.aStride, rows: product.rows, inner: product.inner, panel: product.panel,
        panelStride: panelColumns, columns: product.columns, scale: product.scale, bias: product.bias,
        adds: product.adds, c: product.c, cStride: product.cStride))
  }

  package func softmax(
    _ scores: UnsafeMutablePointer<Float>, rows: Range<Int>, _ visible: VisibleKeys, bias: UnsafePointer<Float>?
  ) {
    let keys = visible.mask.size
    visible.withUnsafePointers { allowed, ranges in
      kernels.softmaxRows(
        SoftmaxRows(
          scores: scores, rows: rows.count, keys: keys, visible: ranges + 3 * rows.lowerBound,
          allowed: allowed + rows.lowerBound * keys, bias: bias, biasStride: keys))
    }
  }

  package func softmaxGradient(
    _ gradient: UnsafeMutablePointer<Float>, probabilities: UnsafePointer<Float>, rows: Int, keys: Int
  ) {
    kernels.softmaxGradients(
      SoftmaxGradients(probabilities: probabilities, gradient: gradient, rows: rows, keys: keys))
  }

  package func normalize(
    _ x: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>, rows: Int, size: Int,
    weight: UnsafePointer<Float>, bias: UnsafePointer<Float>, epsilon: Float
  ) {
    kernels.layerNormRows(
      LayerNormRows(
        input: x, output: result, rows: rows, size: size, weight: weight, bias: bias, epsilon: epsilon))
  }

  package func normalizeGradient(
    _ x: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>,
    rows: Int, size: Int, weight: UnsafePointer<Float>, epsilon: Float
  ) {
    kernels.layerNormGradients(
      LayerNormGradients(
        x: x, gradient: gradient, result: result, rows: rows, size: size, weight: weight, epsilon: epsilon))
  }

  package func activate(_ function: ActivationFunction, _ x: UnsafeMutablePointer<Float>, count: Int) {
    kernels.applyActivation(function, ElementRows(x: x, rows: 1, columns: count, stride: count))
  }

  package func activationGradient(
    _ function: ActivationFunction, _ x: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>, count: Int
  ) {
    kernels.activationGradient(function, ActivationGradients(x: x, gradient: gradient, count: count))
  }

  package func adamW(
    _ parameters: UnsafeMutablePointer<Float>, _ gradients: UnsafePointer<Float>, _ means: UnsafeMutablePointer<Float>,
    _ squares: UnsafeMutablePointer<Float>, count: Int, _ step: AdamWFactors
  ) {
    kernels.adamW(
      AdamWStep(
        parameters: parameters, gradients: gradients, means: means, squares: squares, count: count,
        gradientScale: step.gradientScale, beta1: step.beta1, beta2: step.beta2, rate: step.rate,
        squareScale: step.squareScale, epsilon: step.epsilon, decay: step.decay))
  }

  package func sumOfSquares(_ numbers: UnsafePointer<Float>, count: Int) -> Double {
    kernels.sumOfSquares(numbers, count)
  }
}
