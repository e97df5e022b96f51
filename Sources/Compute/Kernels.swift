import CProcessor
import KernelParameters
import VectorKernels
import VectorKernelsAVX2
import VectorKernelsAVX512

/// The inner loops of an encoder, as they were compiled for some processors.
public struct Kernels: Sendable {
  /// What the instructions are called.
  public let name: String
  /// c = scale · (a B + bias) for a panel B.
  public let multiplyByPanel: @Sendable (PanelProduct) -> Void
  /// Rows of scores become probabilities.
  public let softmaxRows: @Sendable (SoftmaxRows) -> Void
  /// Normalizes rows.
  public let layerNormRows: @Sendable (LayerNormRows) -> Void
  /// Replaces every number by the activation function of it.
  public let applyActivation: @Sendable (ActivationFunction, ElementRows) -> Void
  /// Brings a matrix into panels.
  public let packPanels: @Sendable (PanelPacking) -> Void
  /// Exchanges rows and columns of a matrix.
  public let transpose: @Sendable (Transposition) -> Void
  /// to[i] += numbers[i]
  public let addElements:
    @Sendable (_ numbers: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>, _ count: Int) -> Void
  /// into[i] *= numbers[i]
  public let multiplyElements:
    @Sendable (_ numbers: UnsafePointer<Float>, _ into: UnsafeMutablePointer<Float>, _ count: Int) -> Void
  /// The index of the first NaN or infinity, or -1.
  public let firstNonFinite: @Sendable (_ numbers: UnsafePointer<Float>, _ count: Int) -> Int
  /// Takes the statistics of rows of probabilities.
  public let takeStatistics: @Sendable (ProbabilityRows) -> ProbabilitySums
  /// Takes the larger ones of maxima and rows of probabilities.
  public let takeMaxima: @Sendable (MaximaRows) -> Void
  /// Gradients of an activation function.
  public let activationGradient: @Sendable (ActivationFunction, ActivationGradients) -> Void
  /// Gradients of a layer normalization.
  public let layerNormGradients: @Sendable (LayerNormGradients) -> Void
  /// Gradients of a softmax.
  public let softmaxGradients: @Sendable (SoftmaxGradients) -> Void
  /// Takes a step of AdamW.
  public let adamW: @Sendable (AdamWStep) -> Void
  /// Σ x² of some numbers.
  public let sumOfSquares: @Sendable (_ numbers: UnsafePointer<Float>, _ count: Int) -> Double
  /// Measures what the processor can do at most.
  public let multiplyAndAdd: @Sendable (_ rounds: Int) -> Float
  /// How many multiplications and additions a round of it is.
  public let operationsPerRound: Int
  /// How many columns of a panel there are sums for in the processor's registers.
  public let panelColumns: Int
  /// How many scores stay in the second-level cache of processors with these instructions until they are used.
  public let scoresInCache: Int

  /// For every processor.
  public static let baseline = Kernels(
    name: "baseline", multiplyByPanel: VectorKernels.multiplyByPanel, softmaxRows: VectorKernels.softmaxRows,
    layerNormRows: VectorKernels.layerNormRows, applyActivation: VectorKernels.applyActivation,
    packPanels: VectorKernels.packPanels, transpose: VectorKernels.transpose, addElements: VectorKernels.addElements,
    multiplyElements: VectorKernels.multiplyElements, firstNonFinite: VectorKernels.firstNonFinite,
    takeStatistics: VectorKernels.takeStatistics, takeMaxima: VectorKernels.takeMaxima,
    activationGradient: VectorKernels.applyActivationGradient, layerNormGradients: VectorKernels.layerNormGradientRows,
    softmaxGradients: VectorKernels.softmaxGradientRows, adamW: VectorKernels.adamWStep,
    sumOfSquares: VectorKernels.sumOfSquares,
    multiplyAndAdd: VectorKernels.multiplyAndAdd, operationsPerRound: VectorKernels.operationsPerRound,
    panelColumns: 16, scoresInCache: 32_768)

  /// For processors with AVX2.
  public static let avx2 = Kernels(
    name: "AVX2", multiplyByPanel: VectorKernelsAVX2.multiplyByPanel, softmaxRows: VectorKernelsAVX2.softmaxRows,
    layerNormRows: VectorKernelsAVX2.layerNormRows, applyActivation: VectorKernelsAVX2.applyActivation,
    packPanels: VectorKernelsAVX2.packPanels, transpose: VectorKernelsAVX2.transpose,
    addElements: VectorKernelsAVX2.addElements, multiplyElements: VectorKernelsAVX2.multiplyElements,
    firstNonFinite: VectorKernelsAVX2.firstNonFinite,
    takeStatistics: VectorKernelsAVX2.takeStatistics, takeMaxima: VectorKernelsAVX2.takeMaxima,
    activationGradient: VectorKernelsAVX2.applyActivationGradient,
    layerNormGradients: VectorKernelsAVX2.layerNormGradientRows,
    softmaxGradients: VectorKernelsAVX2.softmaxGradientRows, adamW: VectorKernelsAVX2.adamWStep,
    sumOfSquares: VectorKernelsAVX2.sumOfSquares,
    multiplyAndAdd: VectorKernelsAVX2.multiplyAndAdd, operationsPerRound: VectorKernelsAVX2.operationsPerRound,
    panelColumns: 32, scoresInCache: 32_768)

  /// For processors with AVX-512.
  public static let avx512 = Kernels(
    name: "AVX-512", multiplyByPanel: VectorKernelsAVX512.multiplyByPanel,
    softmaxRows: VectorKernelsAVX512.softmaxRows, layerNormRows: VectorKernelsAVX512.layerNormRows,
    applyActivation: VectorKernelsAVX512.applyActivation, packPanels: VectorKernelsAVX512.packPanels,
    transpose: VectorKernelsAVX512.transpose,
    addElements: VectorKernelsAVX512.addElements, multiplyElements: VectorKernelsAVX512.multiplyElements,
    firstNonFinite: VectorKernelsAVX512.firstNonFinite,
    takeStatistics: VectorKernelsAVX512.takeStatistics, takeMaxima: VectorKernelsAVX512.takeMaxima,
    activationGradient: VectorKernelsAVX512.applyActivationGradient,
    layerNormGradients: VectorKernelsAVX512.layerNormGradientRows,
    softmaxGradients: VectorKernelsAVX512.softmaxGradientRows, adamW: VectorKernelsAVX512.adamWStep,
    sumOfSquares: VectorKernelsAVX512.sumOfSquares, multiplyAndAdd: VectorKernelsAVX512.multiplyAndAdd,
    operationsPerRound: VectorKernelsAVX512.operationsPerRound, panelColumns: widestPanel, scoresInCache: 131_072)

  /// All that this processor can run, the fastest last.
  public static let available: [Kernels] =
    [baseline] + (headscope_has_avx2() ? [avx2] : []) + (headscope_has_avx512() ? [avx512] : [])

  /// What this processor computes fastest with.
  public static let best = available.last ?? baseline
}

extension Kernels {
  /// How many numbers `multiply` needs for the panels of `columns` columns.
  public func panelCount(inner: Int, columns: Int) -> Int {
    (columns + panelColumns - 1) / panelColumns * panelColumns * inner
  }

  /// c = scale · A Bᵀ + bias on the calling thread: `a` is [rows, inner], `b` [columns, inner], `c` [rows, columns], the
  /// rows of each so far apart. `panels` is memory for `panelCount` numbers.
  public func multiply(
    _ a: UnsafePointer<Float>, stride aStride: Int, rows: Int, inner: Int, byTransposed b: UnsafePointer<Float>,
    stride bStride: Int, columns: Int, scale: Float = 1, bias: UnsafePointer<Float>? = nil,
    panels: UnsafeMutablePointer<Float>, into c: UnsafeMutablePointer<Float>, stride cStride: Int
  ) {
    packPanels(
      PanelPacking(
        weights: b, outputs: columns, inputs: inner, stride: bStride, panels: panels, width: panelColumns,
        paddedInputs: inner))
    for first in Swift.stride(from: 0, to: columns, by: panelColumns) {
      multiplyByPanel(
        PanelProduct(
          a: a, aStride: aStride, rows: rows, inner: inner, panel: panels + first * inner, panelStride: panelColumns,
          columns: min(panelColumns, columns - first), scale: scale, bias: bias.map { $0 + first }, c: c + first,
          cStride: cStride))
    }
  }
}
